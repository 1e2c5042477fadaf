/** The functions that judge this package's checks, for a host that watches itself. */

export { judgeTakeover } from './host/takeover-check.js';
