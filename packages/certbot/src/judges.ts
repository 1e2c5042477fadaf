/** The functions that judge this package's checks, for a host that watches itself. */

export { judgeRenewal } from './status/renewal-check.js';
export { judgeCertificate } from '@fairness-deploy/nginx';
