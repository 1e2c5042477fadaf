/** The parts of a plugin's command, from its executor to the report. */

export {
  environmentExecutor,
  localExecutor,
  type EnvironmentExecutor,
  type ExecutorEnd,
} from './nx/executors/environment-executor.js';
export {
  droppedOption,
  frontOptions,
  nxCommandLine,
  type GivenOptions,
} from './nx/executors/front-options.js';
export type { EnvironmentCommand } from './runner/run-on-environment.js';
export type { LocalCommand, LocalRun } from './runner/run-command.js';
export { approve } from './runner/approve.js';
export { runStep, stepOnEach } from './runner/local-steps.js';
export {
  hostCommand,
  type CommandContext,
  type CommandStep,
  type HostCommand,
  type HostCommandOptions,
} from './runner/host-command.js';

/** One run, and the resources of its plugins for its hosts. */
export { type ChangeOptions, type CommonOptions, type ExitCode, type Run } from './runner/run.js';
export { contextOf, pluginsOn, urlsOf } from './runner/plugins-on-host.js';
export { wantedOf, type Wanted } from './runner/wanted.js';
export {
  workOnEach,
  reportHostEnd,
  onEachHost,
  onHosts,
  reportFailure,
  type HostEnd,
  type OpenHost,
} from './runner/on-hosts.js';
export { checkWords, describeWords, type WordsRequest } from './runner/command-words.js';
export { chooseHost, type OneHost } from './runner/choose-host.js';
export { developerPortsOn, type DeveloperMachine } from './runner/tunnel-extension.js';
export { keepPortsUp, type KeptPort } from './runner/keep-ports-up.js';
export { sudoPasswordOf } from './runner/target-of.js';
export { pinning } from './runner/pinning.js';
export { waitForLock } from './runner/wait-for-lock.js';
export { reportPlan } from './commands/plan-hosts.js';
export { applyOn } from './commands/provision.js';

/** What the commands of all environments do, for a command that has several of them as its parts. */
export { plan } from './commands/plan.js';
export { provision } from './commands/provision.js';
export { status } from './commands/status.js';

export { checksOf, readsOf, type SectionCheck } from './runner/plugin-checks.js';
export { judge, subjectOf, type JudgedCheck, type SectionFinding } from './runner/judge-checks.js';

export { causesOf, type Cause } from './diagnosis/causes.js';
export { causeEvent } from './diagnosis/cause-event.js';
export { describeCause } from './report/describe-finding.js';

/** A job on a host, watched. */
export { JOB_CUT_SHORT, jobObserver } from './runner/job-observer.js';
export { taskObserver } from './runner/task-observer.js';
export { taskEnd } from './runner/task-end.js';
export { failureExcerpt } from './runner/failure-excerpt.js';
export { logOnHost, reportFailedSteps } from './runner/report-failed-steps.js';
export type { RunningJob } from './runner/running-jobs.js';

export type { Outcome, PluginEvent, ReportEvent, Reporter } from './report/event.js';
export { masking, type Mask } from './report/masking-reporter.js';
export { StreamPrinter, type PrinterOutput } from './report/stream-printer.js';
export { localTime } from './engine/local-time.js';
