/** The functions that judge this package's checks, for a host that watches itself. */

export { judgeSchedules } from './host/judge-schedules.js';
export { judgeReleases } from './host/release-check.js';
