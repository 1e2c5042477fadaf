/** The functions that judge this package's checks, for a host that watches itself. */

export { judgeDaemon } from './judge-daemon.js';
export { judgePrograms } from './judge-programs.js';
