import { applicationOf, type PluginContext } from '@fairness-deploy/core';
import { layoutOf } from '../application/layout.js';
import { releaseIn } from '../application/release.js';
import type { Deployment, HistoryEntry } from '../host/history-entry.js';
import { livePrograms, liveScheduledJobs, type HostState } from '../host/state.js';
import type { ReleaseSection } from '../section/section.js';
import { conclude } from '../scripts/conclude.js';
import { refuseClash } from './refuse-clash.js';
import { rollbackSteps } from '../steps/release-steps.js';
import { findRollback, refuseIncompatible } from './find-rollback.js';
import { describeBetween } from './migrations-between.js';
import type { ReleasePlan } from './release-plan.js';
import { sourceOf } from './runtime-source.js';
import { startedNow } from './started-now.js';

/** The target of a rollback. */
export interface Rollback {
  readonly to: HistoryEntry;
  /** The migrations that it does not have, and what is declared of them, for people. */
  readonly between?: string;
  /** Warnings before it goes live. */
  readonly warnings: readonly string[];
  readonly plan: ReleasePlan;
}

/**
 * Plans a rollback to a good release.
 *
 * @param options.force also when migrations since then are declared incompatible with it
 * @param options.hosts the names of all hosts of the rollback
 * @param options.to its id or the beginning of its commit; undefined: the one that was live before, and that
 *   no rollback moved away from
 * @throws Error when there is no such release, with the existing ones; when it is refused.
 */
export function planRollback(
  { environment, section }: PluginContext<ReleaseSection>,
  state: HostState,
  options: { readonly to?: string; readonly force?: boolean; readonly hosts: readonly string[] },
): Rollback {
  const { to, force = false, hosts } = options;
  const application = applicationOf(environment);
  const layout = layoutOf(application);
  const found = findRollback(state, to);
  if (!force) refuseIncompatible(found);
  const { entry, warnings } = found;
  const between = describeBetween(found.between, entry.release);
  const { commit, configuration, build, subject, author, migrationsDigest } = entry;
  const { artifact, directory, shared, runtime } = entry;
  // As the release was made: the section may name another folder by now.
  const programs = state.programs.get(entry.release) ?? [];
  refuseClash(`Cannot roll back to ${entry.release}`, programs, state);
  const schedules = state.schedules.get(entry.release) ?? [];
  const previousSchedules = liveScheduledJobs(state);
  const id = entry.release;
  const release = releaseIn(layout, { id, commit, directory, programs, schedules, runtime });
  const about: Deployment = {
    ...{ release: entry.release, commit, configuration, build, action: 'rollback' },
    ...{ subject, author, migrationsDigest },
    ...(artifact !== undefined && { artifact }),
    ...(directory !== undefined && { directory }),
    ...(shared !== undefined && { shared }),
    ...(runtime && { runtime }),
    ...startedNow(),
  };
  const steps = rollbackSteps({
    ...{ application, environment, hosts, section, layout, release, about },
    ...{ transfer: { from: 'host' }, configuration: {} },
    ...(previousSchedules && { previousSchedules }),
    ...(application.node && { runtimeSource: sourceOf(application.node, runtime) }),
  });
  return {
    to: entry,
    ...(between !== undefined && { between }),
    warnings: [...unshared(entry, section), ...warnings],
    plan: {
      ...{ release, previous: livePrograms(state), previousSchedules, steps },
      conclude: (all) => conclude(layout, release, about, all),
    },
  };
}

/** Warnings of folders that are shared by now, and that the release has for itself. */
function unshared(
  { release, shared = [] }: HistoryEntry,
  section: Pick<ReleaseSection, 'shared'>,
): readonly string[] {
  return section.shared
    .filter((path) => !shared.includes(path))
    .map(
      (path) =>
        `${release} was made before "${path}" was shared: it does not see what is there, and what it writes there is removed with it`,
    );
}
