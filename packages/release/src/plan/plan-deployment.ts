import { applicationOf, type PluginContext } from '@fairness-deploy/core';
import { layoutOf } from '../application/layout.js';
import { addressesOf } from '../application/listen-address.js';
import { newReleaseId } from '../application/release-id.js';
import { refOf, releaseIn } from '../application/release.js';
import { shortened, type Deployment, type HistoryEntry } from '../host/history-entry.js';
import { completeReleases, isSettled, runningRelease, type HostState } from '../host/state.js';
import type { ReleaseSection } from '../section/section.js';
import { conclude } from '../scripts/conclude.js';
import { releaseSteps } from '../steps/release-steps.js';
import { startedNow } from './started-now.js';
import { buildDigest, configurationDigest } from './digests.js';
import type { Source } from './find-source.js';
import type { HostReleases } from './releases-reader.js';
import type { ReleasePlan } from './release-plan.js';
import { migrationInputs, planMigration } from './plan-migration.js';
import { ship } from './ship.js';

/** What the user asks for, and the names of all hosts of the deployment. */
export interface DeploymentOptions {
  readonly force: boolean;
  readonly migrate?: boolean;
  readonly hosts: readonly string[];
}

/**
 * Plans the deployment of a source to a host.
 *
 * @param options.force plans it even when the source is live already
 * @param options.migrate plans it, too, and migrates whatever has changed
 * @param options.hosts the names of all hosts of the deployment
 * @returns undefined when the source is live already.
 */
export async function planDeployment(
  { environment, section }: PluginContext<ReleaseSection>,
  source: Source,
  { state, objects }: HostReleases,
  { force, migrate = false, hosts }: DeploymentOptions,
): Promise<ReleasePlan | undefined> {
  const { commit, time, artifact } = source;
  const application = applicationOf(environment);
  const layout = layoutOf(application);
  const configuration = configurationDigest(application, section).reveal();
  const build = buildDigest(application, section);
  const running = runningRelease(state);
  const same =
    running?.commit === commit &&
    running.artifact === artifact?.commit &&
    running.configuration === configuration;
  if (!force && !migrate && same && isSettled(state)) return undefined;

  const id = newReleaseId(time, commit, state.releases);
  const release = releaseIn(layout, { id, commit, directory: section.directory });
  const about: Deployment = {
    ...{ release: id, commit, configuration, build, action: 'deploy' },
    ...{ subject: shortened(source.subject), author: shortened(source.author) },
    migrations: source.migrations,
    ...(section.directory !== undefined && { directory: section.directory }),
    ...(artifact && { artifact: artifact.commit }),
    ports: addressesOf(application),
    ...startedNow(time),
  };
  const { transfer, input } = await ship(environment, section, {
    source,
    ref: refOf(id),
    commits: state.commits,
    objects,
  });
  const migration =
    section.migrate === undefined
      ? undefined
      : planMigration(
          migrationInputs(application, section, source.migrations),
          section,
          state.migration,
          migrate,
        );
  const builtAs = force ? undefined : builtBefore(state, about)?.release;
  return {
    release,
    ...(input && { input }),
    ...(migration && { migration }),
    steps: releaseSteps({
      ...{ application, environment, hosts, section, layout, release, transfer, about },
      ...(artifact && { artifact: artifact.commit }),
      ...(builtAs !== undefined && { builtAs }),
      ...(migration && { migration }),
      ...(running && { live: running }),
    }),
    conclude: (steps) => conclude(layout, release, about, steps),
  };
}

/**
 * The last good release of the same content and build that is still on the host; else one that was
 * built, and failed later.
 */
function builtBefore(
  state: HostState,
  { commit, artifact, build }: Deployment,
): HistoryEntry | undefined {
  const failed = state.history.filter(
    ({ release, outcome }) =>
      release === state.built &&
      state.releases.has(release) &&
      (outcome === 'failed' || outcome === 'cancelled'),
  );
  return [...failed, ...completeReleases(state)].findLast(
    (entry) => entry.commit === commit && entry.artifact === artifact && entry.build === build,
  );
}
