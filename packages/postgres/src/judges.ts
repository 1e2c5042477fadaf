/** The functions that judge this package's checks, for a host that watches itself. */

export { judgeBackup } from './backup/backup-check.js';
export { judgeSummary } from './check/database-check.js';
export { judgeBeside } from './restore/beside-check.js';
export { judgeDrill } from './restore/drill-check.js';
export { judgeServer } from './server/checks.js';
