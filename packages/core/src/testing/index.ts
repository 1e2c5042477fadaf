export {
  fakeTransport,
  type FakeAnswer,
  type FakeRun,
  type FakeTransport,
} from './fake-transport.js';
export { checkShell } from './shellcheck.js';
export { checkResourceContract } from './resource-contract.js';
export { runReleaseSteps } from './run-release-steps.js';
export { applyResources, runScript } from './apply-resources.js';
export {
  exampleApplication,
  exampleEnvironment,
  exampleHost,
  exampleProcess,
  exampleRelease,
} from './example.js';
export { inLiveFolders } from '../resources/live-folder.js';
export { newContent } from './new-content.js';
