/** Plans and jobs on a host that is connected. */

export { applyPlan, planHost, type ProvisionResult } from './engine/provision.js';
export type { Plan, PlannedChange } from './engine/plan.js';
export { readHost, type HostRead, type HostReading } from './engine/read-host.js';
export { outputOf, type ReadOutput } from './engine/read-output.js';

export { describeJob } from './engine/describe-job.js';
export {
  needsClient,
  type Job,
  type JobDescription,
  type JobStep,
  type OnClient,
} from './engine/job.js';
export type { JobObserver, StepResult } from './engine/job-progress.js';
export { runJob, JobLostError, type JobResult } from './engine/run-job.js';
export { runJobAndRead, type JobReading } from './engine/run-job-and-read.js';
export { ChangedSinceError } from './engine/last-change.js';
export { LockHeldError, type LockHolder } from './engine/lock.js';

export { STATE } from './state-folder.js';
