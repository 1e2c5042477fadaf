export { outcomeOf, runCase, type CommandCase } from './command-case.js';
export { fakeTransport } from './fake-transport.js';
export { INSECURE_PRIVATE_KEY } from './insecure-key.js';
export { REAL, recordCommands, type Recorded, type Stage } from './record-commands.js';
export { saying, type Saying } from './saying.js';
export { checkShell } from './shellcheck.js';
export { nxEnvironment } from './nx-environment.js';
export { startSshAgent, type SshAgent } from './ssh-agent.js';
