import { failureOf, printedError } from '@fairness-deploy/shell/text';
import {
  type ChangeOptions,
  type HostEnd,
  JOB_CUT_SHORT,
  jobObserver,
  logOnHost,
  type OpenHost,
  reportFailedSteps,
  type Run,
  type RunningJob,
  urlsOf,
} from '@fairness-deploy/core/commands';
import {
  describeJob,
  type JobThenOutput,
  needsClient,
  requireOutput,
  runJobThenRead,
} from '@fairness-deploy/core/engine';
import { runningRelease } from '../host/state.js';
import { jobSteps, orderSteps } from '../order/order-steps.js';
import type { ReleaseStep } from '../order/release-step.js';
import type { ReleasePlan } from '../plan/release-plan.js';
import { releasesReader } from '../plan/releases-reader.js';

/** The steps that put a release live on a host. */
export interface ReleaseJob {
  /** Such as `deploy 3f2a1bc`: for the lock, the log and messages. */
  readonly what: string;
  readonly plan: ReleasePlan;
  /** All steps, in any order: of the plan, of other plugins, and those at which hosts wait for each other. */
  readonly steps: readonly ReleaseStep[];
  /** Called at each step that starts: from the first one on, the job has the host's lock. */
  readonly locked: () => void;
}

/** Puts a release live on a host, and reports it: by one job, in one round trip. */
export async function releaseToHost(
  run: Run<ChangeOptions>,
  { host, connection, another }: OpenHost,
  { what, plan, steps, locked }: ReleaseJob,
): Promise<HostEnd> {
  const { release, input } = plan;
  const ordered = orderSteps(steps);
  const job = {
    ...describeJob(what),
    release: release.id,
    ...{ wait: run.options.wait ?? false, steps: jobSteps(ordered) },
    ...(input && { input }),
    conclude: plan.conclude(ordered),
  };
  const running: RunningJob = {
    ...{ id: job.id, host: host.name, another },
    onDetach: needsClient(job.steps) ? 'undoes what it did, as it needs this client' : 'continues',
    onCancel: 'end it and undo what it did',
  };
  const shown = new Set(steps.filter((step) => step.shown).map(({ name }) => name));
  const observer = jobObserver(run, host.name, { shown });
  const { script, parse } = releasesReader(run.environment);
  const result = await run.jobs.during(running, () =>
    runJobThenRead(
      connection,
      job,
      script,
      {
        ...observer,
        stepStarted: (name, at) => {
          locked();
          observer.stepStarted?.(name, at);
        },
      },
      another,
    ),
  );
  reportFailedSteps(run, host.name, what, {
    ...result,
    log: `npx nx run ${run.environment.name}:logs --release ${release.id}, which is ${logOnHost(host.name, job.id)}`,
  });
  if (result.read === undefined) return { outcome: 'failed', ...JOB_CUT_SHORT };
  const { state } = parse(requireOutput(result.read, `the releases of ${host.name}`));
  return endOf(result, release, runningRelease(state)?.release);
}

/**
 * Decides by the releases as they were read after the job.
 *
 * @param live the release that is live and known to be good
 */
function endOf(
  { steps, cancelled, unconcluded }: Pick<JobThenOutput, 'steps' | 'cancelled' | 'unconcluded'>,
  { id, commit }: ReleasePlan['release'],
  live: string | undefined,
): HostEnd {
  const short = commit.slice(0, 10);
  const failed = (summary: string, hint?: string): HostEnd => ({
    ...{ outcome: 'failed', summary },
    ...(hint !== undefined && { hint }),
  });
  const now = live === undefined ? 'no release runs' : `release ${live} runs as before`;
  const is = live === id ? 'is' : 'is not';
  if (steps.some(({ undo }) => undo?.status === 'failed')) {
    return failed(`${short} ${is} live, and not all steps could be undone`);
  }
  const unwell = steps.filter(({ status }) => status === 'failed').map(({ name }) => name);
  if (unwell.length > 0 && live === id) {
    return failed(
      `Release ${id} (${short}) is live, but these cleanup steps failed: "${unwell.join('", "')}"`,
      'fix them, see above, and deploy again',
    );
  }
  if (cancelled || steps.some(({ status }) => status !== 'done')) {
    const why = cancelled ? 'was cancelled' : 'is not live';
    return failed(`${short} ${why}; its steps were undone, ${now}`);
  }
  if (unconcluded !== undefined) {
    const { message, hint } = failureOf(
      printedError(unconcluded.trimEnd().split('\n').slice(-3).join('\n')),
    );
    return failed(
      `${short} is live, but the history could not be written: ${message}`,
      hint === undefined ? 'deploy again' : `${hint}, then deploy again`,
    );
  }
  if (live !== id) {
    return failed(
      `every step of ${short} succeeded, but ${live ?? 'no release'} is live instead of ${id}`,
    );
  }
  return { outcome: 'changed', summary: `${short} is live as release ${id}` };
}

/** Shows the URLs of the live release. */
export function reportUrls(run: Run, { host, connection }: OpenHost): void {
  const urls = urlsOf(run, host, connection.target);
  if (urls.length === 0) return;
  run.reporter.report({ type: 'notice', host: host.name, text: urls.join('\n') });
}
