import { didYouMean } from '@fairness-deploy/environment-file';
import { applicationOf, type PluginContext } from '@fairness-deploy/core';
import { HintedError } from '@fairness-deploy/shell/text';
import { layoutOf } from '../application/layout.js';
import { releaseIn, type Release } from '../application/release.js';
import type { Deployment, HistoryEntry } from '../host/history-entry.js';
import { livePrograms, liveScheduledJobs, runningRelease, type HostState } from '../host/state.js';
import { conclude } from '../scripts/conclude.js';
import type { ReleaseSpec } from '../scripts/release-spec.js';
import type { ReleaseSection } from '../section/section.js';
import { restartSteps, restartWorkersSteps } from '../steps/release-steps.js';
import type { ReleasePlan } from './release-plan.js';
import { sourceOf } from './runtime-source.js';
import { startedNow } from './started-now.js';

/** The restart of the live release on a host, or of some of its workers. */
export interface Restart {
  readonly release: HistoryEntry;
  readonly plan: ReleasePlan;
}

/**
 * Plans to restart the live release as it was made: all of it in the other colour, or, when the named process
 * is a worker, that one where it runs.
 *
 * @param options.process the process; undefined: all
 * @param options.hosts the names of all hosts that restart
 * @returns undefined when the release has no such process on this host.
 * @throws HintedError when no release that is known to be good is live.
 */
export function planRestart(
  { environment, section }: PluginContext<ReleaseSection>,
  state: HostState,
  options: { readonly process?: string | undefined; readonly hosts: readonly string[] },
): Restart | undefined {
  const { process, hosts } = options;
  const entry = requireRunning(state);
  const programs = livePrograms(state);
  const chosen = programs.filter((one) => process === undefined || one.process === process);
  if (chosen.length === 0) return undefined;
  const application = applicationOf(environment);
  const layout = layoutOf(application);
  const { commit, directory, runtime } = entry;
  const schedules = state.schedules.get(entry.release) ?? [];
  const release: Release = {
    ...releaseIn(layout, { id: entry.release, commit, directory, programs, schedules, runtime }),
    restarts: true,
  };
  const workers =
    process !== undefined && chosen.every(({ addresses }) => !addresses) ? chosen : undefined;
  const about = aboutOf(entry, workers && process);
  const spec: ReleaseSpec = {
    ...{ application, environment, hosts, section, layout, release, about },
    ...{ transfer: { from: 'host' }, configuration: {} },
    ...(application.node && { runtimeSource: sourceOf(application.node, runtime) }),
  };
  return {
    release: entry,
    plan: {
      ...(workers && { workers }),
      ...{ release, previous: programs, previousSchedules: liveScheduledJobs(state) },
      steps: workers ? restartWorkersSteps(spec, workers) : restartSteps(spec),
      conclude: (all) => conclude(layout, release, about, all),
    },
  };
}

/** @throws HintedError when nothing is live, or its deployment was cut off. */
function requireRunning(state: HostState): HistoryEntry {
  const running = runningRelease(state);
  if (running) return running;
  const id = state.live && state.colours.get(state.live);
  if (id === undefined) {
    throw new HintedError('Cannot restart: no release is live', { hint: 'deploy first' });
  }
  throw new HintedError(`Cannot restart ${id}: it is live, and its deployment was cut off`, {
    hint: 'deploy again, or roll back',
  });
}

/** What the history says of it: the release is as it was. */
function aboutOf(entry: HistoryEntry, process: string | undefined): Deployment {
  const { release, commit, configuration, build, subject, author, migrationsDigest } = entry;
  const { artifact, directory, shared, runtime } = entry;
  return {
    ...{ release, commit, configuration, build, action: 'restart' },
    ...(process !== undefined && { process }),
    ...{ subject, author, migrationsDigest },
    ...(artifact !== undefined && { artifact }),
    ...(directory !== undefined && { directory }),
    ...(shared !== undefined && { shared }),
    ...(runtime && { runtime }),
    ...startedNow(),
  };
}

/**
 * The error when no host has the named process, or none has any.
 *
 * @param known the processes of the live releases
 */
export function nothingToRestart(
  process: string | undefined,
  known: readonly string[],
): HintedError {
  if (known.length === 0) {
    return new HintedError('Cannot restart: the live release runs no processes', {
      hint: 'see: history',
    });
  }
  return new HintedError(
    `Cannot restart ${JSON.stringify(process)}: the live release has no process of that name`,
    { hint: didYouMean(process ?? '', known) ?? `there are: ${known.join(', ')}` },
  );
}
