/** The functions that judge this package's checks, for a host that watches itself. */

export { judgeCertificate } from './certificate/certificate-check.js';
export { judgeDaemon, judgeMaintenance, judgeRequests, judgeSites } from './status/checks.js';
