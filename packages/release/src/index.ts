export { plugin } from './release-plugin.js';
