/** The functions that judge what is read of a machine, for a host that watches itself. */

export { judgeDisk } from './machine/disk-check.js';
export { judgeLoad } from './machine/load-check.js';
export { judgeMemory } from './machine/memory-check.js';
export { judgeUpdates } from './machine/updates-check.js';
