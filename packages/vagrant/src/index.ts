export { parseSshConfig, type MachineAddress } from './machine/ssh-config.js';
export { parseStatus, type MachineStatus } from './machine/status.js';
