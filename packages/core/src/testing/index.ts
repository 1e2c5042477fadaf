export { checkResourceContract } from './resource-contract.js';
export { applyResources, runScript } from './apply-resources.js';
export {
  exampleApplication,
  exampleContext,
  exampleEnvironment,
  exampleHost,
  exampleProcess,
} from './example.js';
export { inLiveFolders } from '../resource-parts/live-folder.js';
export { runChecks } from './run-checks.js';
export { newContent } from './new-content.js';
export { CommandWorkspace, type Ended, type ReachableHost } from './command-workspace.js';
export { startCuttingRelay, type CuttingRelay } from './cutting-relay.js';
export { FollowedLogs, type LoggedEvent } from './followed-logs.js';
export { exampleCommandContext, exampleRun } from './example-run.js';
export { exampleCertificate, type ExampleCertificate } from './example-certificate.js';
