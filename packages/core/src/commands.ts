/** What a command of a plugin is made of, from its executor to the report. */

export {
  environmentExecutor,
  localExecutor,
  type EnvironmentExecutor,
  type ExecutorEnd,
} from './nx/executors/environment-executor.js';
export type { EnvironmentCommand } from './commands/run-command.js';
export type { LocalCommand, LocalRun } from './commands/run-local.js';
export { runStep, stepOnEach } from './commands/local-steps.js';
export {
  onHost,
  type CommandContext,
  type CommandStep,
  type HostCommand,
  type HostCommandOptions,
} from './commands/host-command.js';

/** One run, and what its plugins want of its hosts. */
export {
  contextOf,
  pluginsOn,
  urlsOf,
  wantedOf,
  type ChangeOptions,
  type CommonOptions,
  type ExitCode,
  type Run,
  type Wanted,
} from './commands/run.js';
export {
  each,
  endHost,
  onEachHost,
  onHosts,
  type HostEnd,
  type OpenHost,
} from './commands/on-hosts.js';
export { waitForLock } from './commands/wait-for-lock.js';
export { reportPlan } from './commands/plan-hosts.js';
export { applyOn } from './commands/provision.js';

export {
  checksOf,
  judge,
  subjectOf,
  type SectionCheck,
  type SectionFinding,
} from './commands/checks.js';

/** A job on a host, watched. */
export { JOB_CUT_SHORT, jobObserver } from './commands/job-observer.js';
export { lastLines, reportFailedSteps } from './commands/report-failed-steps.js';
export type { RunningJob } from './commands/running-jobs.js';

export type { Outcome, PluginEvent, ReportEvent, Reporter } from './report/event.js';
export { masking, type Mask } from './report/masking-reporter.js';
export { localTime } from './report/local-time.js';
