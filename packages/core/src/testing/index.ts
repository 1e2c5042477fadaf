export {
  fakeTransport,
  type FakeAnswer,
  type FakeRun,
  type FakeTransport,
} from './fake-transport.js';
export { checkShell } from './shellcheck.js';
export { checkResourceContract } from './resource-contract.js';
export { runReleaseSteps } from './run-release-steps.js';
