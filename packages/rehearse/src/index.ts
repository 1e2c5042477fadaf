/** Tries a whole environment on disposable hosts. */
export { plugin } from './rehearse-plugin.js';
