/** For other plugins: where the certificates are. */
export { liveFolder } from './section/lineages.js';
