import { runDeployment, type DeploymentResult } from '../engine/deployment.js';
import { describeJob } from '../engine/describe-job.js';
import { needsClient } from '../engine/job.js';
import type { StepResult } from '../engine/job-progress.js';
import type { DeployPlan } from '../application/deploy-plan.js';
import type { Deployer } from '../plugin/deployer.js';
import type { ReleaseStep } from '../application/release-step.js';
import type { Plugin } from '../plugin/plugin.js';
import { JOB_CUT_SHORT, jobObserver } from './job-observer.js';
import type { HostEnd, OpenHost } from './on-hosts.js';
import type { RunningJob } from './running-jobs.js';
import { contextOf, urlsOf, type Run } from './run.js';

/** The most characters of a line that are shown when a step failed: its end. */
const LONGEST_LINE = 500;

/** A plugin that brings releases. */
export interface DeployingPlugin {
  readonly plugin: Plugin;
  readonly deployer: Deployer;
}

/** @throws Error when the environment has no section that brings releases. */
export function deployingPlugin(run: Run): DeployingPlugin {
  for (const plugin of run.plugins) {
    if (plugin.deployer) return { plugin, deployer: plugin.deployer };
  }
  throw new Error(
    `Cannot find the releases of ${run.environment.name}: none of its sections brings releases; add a section "release:", and "@fairness-deploy/release/plugin" to "plugins" in nx.json if it isn't there`,
  );
}

/** What is done on a host to deploy a release. */
export interface ReleaseJob {
  /** Such as `deploy 3f2a1bc`: for the lock, the log and messages. */
  readonly what: string;
  readonly plan: DeployPlan;
  /** Further steps, such as those at which hosts wait for each other: around the others of their phase. */
  readonly steps?: readonly ReleaseStep[];
  /** Called at each step that starts: from the first one on, the job has the host's lock. */
  readonly locked?: () => void;
}

/** Deploys a release to a host, and reports it: by one job, in one round trip. */
export async function runRelease(
  run: Run,
  { host, connection, another }: OpenHost,
  { plugin, deployer }: DeployingPlugin,
  { what, plan, steps = [], locked }: ReleaseJob,
): Promise<HostEnd> {
  const job = describeJob(what);
  const own = [
    ...plan.steps,
    ...run.plugins.flatMap(
      (one) => one.releaseSteps?.(contextOf(run, one, host), plan.release) ?? [],
    ),
  ];
  const observer = jobObserver(run, host.name);
  const running: RunningJob = {
    ...{ id: job.id, host: host.name, another },
    leaving: needsClient([...own, ...steps])
      ? 'undoes what it did, as it needs this client'
      : 'continues',
    cancelling: 'end it and undo what it did',
  };
  const result = await run.jobs.during(running, () =>
    runDeployment(
      connection,
      { ...job, wait: run.options.wait ?? false, ...(plan.input && { input: plan.input }) },
      {
        steps: [
          ...steps.filter(({ place }) => place === 'first'),
          ...own.filter((step) => !isForAll(step)),
          ...steps.filter(({ place }) => place !== 'first'),
          ...own.filter(isForAll),
        ],
        ...(plan.conclude && { conclude: plan.conclude }),
      },
      deployer.read(contextOf(run, plugin, host)),
      {
        ...observer,
        stepStarted: (name, at) => {
          locked?.();
          observer.stepStarted?.(name, at);
        },
      },
      another,
    ),
  );
  reportFailedSteps(run, host.name, what, result);
  return conclude(result, plan.release, deployer);
}

/** Comes when all hosts are live, and so behind the step that waits for the others. */
function isForAll({ phase, once }: ReleaseStep): boolean {
  return phase === 'confirm' && once === 'last';
}

/** Shows what went wrong in a job, and what could not be undone. */
export function reportFailedSteps(
  run: Run,
  host: string,
  what: string,
  { steps, cancelled }: { readonly steps: readonly StepResult[]; readonly cancelled: boolean },
): void {
  for (const { name, status, output, undo } of steps) {
    // What was cancelled has nothing to say for itself.
    if (status === 'failed' && !cancelled) {
      const message = `Cannot ${what}: the step "${name}" failed`;
      run.reporter.report({ type: 'failure', host, message, details: lastLines(output, 30) });
    }
    if (undo?.status === 'failed') {
      const message = `Cannot undo "${name}"; undo it by hand`;
      run.reporter.report({ type: 'failure', host, message, details: lastLines(undo.output, 30) });
    }
  }
}

/** What is said must be what is so: the releases have been read again. */
function conclude(
  { steps, finished, cancelled, output, unconcluded }: DeploymentResult,
  { id, commit }: DeployPlan['release'],
  deployer: Deployer,
): HostEnd {
  const short = commit.slice(0, 10);
  const failed = (summary: string): HostEnd => ({ outcome: 'failed', summary });
  if (!finished || output === undefined) return failed(JOB_CUT_SHORT);
  const running = deployer.running(output);
  const now = running === undefined ? 'no release runs' : `release ${running} runs as before`;
  const is = running === id ? 'is' : 'is not';
  if (steps.some(({ undo }) => undo?.status === 'failed')) {
    return failed(`${short} ${is} live, and not all steps could be undone`);
  }
  const unwell = steps.filter(({ status }) => status === 'failed').map(({ name }) => name);
  if (unwell.length > 0 && running === id) {
    return failed(
      `Release ${id} (${short}) is live, but these cleanup steps failed: "${unwell.join('", "')}". Fix them, see above, and deploy again`,
    );
  }
  if (cancelled || steps.some(({ status }) => status !== 'done')) {
    const why = cancelled ? 'was cancelled' : 'is not live';
    return failed(`${short} ${why}; its steps were undone, ${now}`);
  }
  if (unconcluded !== undefined) {
    return failed(
      `${short} is live, but the history could not be written: ${lastLines(unconcluded, 3)}; deploy again`,
    );
  }
  if (running !== id) {
    return failed(
      `every step of ${short} succeeded, but ${running ?? 'no release'} is live instead of ${id}`,
    );
  }
  return { outcome: 'changed', summary: `${short} is live as release ${id}` };
}

/** Tells where to see what is live. */
export function reportUrls(run: Run, { host, connection }: OpenHost): void {
  const urls = urlsOf(run, host, connection.target.address);
  if (urls.length > 0)
    run.reporter.report({ type: 'notice', host: host.name, text: urls.join('\n') });
}

/** The end of what a step printed; a line may be endless. */
function lastLines(text: string, count: number): string {
  return text
    .trimEnd()
    .split('\n')
    .slice(-count)
    .map((line) => (line.length > LONGEST_LINE ? `…${line.slice(-LONGEST_LINE)}` : line))
    .join('\n');
}
