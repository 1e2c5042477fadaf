/** For other plugins: where the certificates are. */
export { LETSENCRYPT, liveFolder } from './section/lineages.js';
