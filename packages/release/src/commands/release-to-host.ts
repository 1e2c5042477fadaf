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
  needsClient,
  requireOutput,
  runJobThenRead,
} from '@fairness-deploy/core/engine';
import { runningRelease } from '../host/state.js';
import { jobSteps, orderSteps } from '../order/order-steps.js';
import type { ReleaseStep } from '../order/release-step.js';
import type { ReleasePlan } from '../plan/release-plan.js';
import { releasesReader } from '../plan/releases-reader.js';
import { releaseEnd, restartEnd } from './release-end.js';

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
  return release.restarts
    ? restartEnd(result, job.steps, what)
    : releaseEnd(result, release, runningRelease(state)?.release);
}

/** Shows the URLs of the live release. */
export function reportUrls(run: Run, { host, connection }: OpenHost): void {
  const urls = urlsOf(run, host, connection.target);
  if (urls.length === 0) return;
  run.reporter.report({ type: 'notice', host: host.name, text: urls.join('\n') });
}
