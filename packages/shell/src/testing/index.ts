export { fakeTransport } from './fake-transport.js';
export { checkShell } from './shellcheck.js';
