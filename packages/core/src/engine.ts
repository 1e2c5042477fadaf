/** Plans and jobs on a host that is connected. */

export { planHost, type Plan, type PlannedChange } from './engine/plan.js';
export { applyPlan, type ProvisionResult } from './engine/apply-plan.js';
export { readHost, type HostAnswer, type HostQuery } from './engine/read-host.js';
export { outputIn, requireOutput, type ScriptOutput } from './engine/script-output.js';
export { timedReads, type TimedRead } from './engine/timed-reads.js';
export { RecordCollector } from './engine/record-collector.js';
export { PRINT_HOLDER, parseHolder } from './engine/lock.js';

export { requireSupported, UnsupportedSystemError, type HostSystem } from './system/host-system.js';

export { localTime } from './engine/local-time.js';
export { describeJob } from './engine/describe-job.js';
export {
  needsClient,
  type Job,
  type JobDescription,
  type JobStep,
  type OnClient,
} from './engine/job.js';
export type { JobObserver, StepResult } from './engine/job-progress.js';
export { JobLostError, type JobResult } from './engine/run-job.js';
export { runJob } from './engine/run-job.js';
export { runJobThenRead, type JobThenOutput } from './engine/run-job-then-read.js';
/** Tasks: jobs beside others, in a release. */
export { DEFINE_TASK_RUNS, printRunningTasks } from './engine/task-folder.js';
export { runTask, taskRecord, TaskOutput, type TaskStream } from './engine/task-output.js';
export { consoleScript, type Console } from './engine/console-script.js';
export type { TaskPlace } from './engine/job.js';

export { LockHeldError, type LockHolder } from './engine/lock.js';

export { STATE } from './state-folder.js';
