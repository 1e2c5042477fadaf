import { applicationOf, type PluginContext } from '@fairness-deploy/core';
import { resolveRuntime } from '../runtime/resolve-runtime.js';
import { excerpt, HintedError } from '@fairness-deploy/shell/text';
import { layoutOf } from '../application/layout.js';
import { addressesOf } from '../application/listen-address.js';
import { newReleaseId } from '../application/release-id.js';
import { refOf, releaseIn } from '../application/release.js';
import { shortened, type Deployment, type HistoryEntry } from '../host/history-entry.js';
import { completeReleases, isSettled, runningRelease, type HostState } from '../host/state.js';
import type { ReleaseSection } from '../section/section.js';
import type { ProjectFiles } from '../runtime/project-files.js';
import { conclude } from '../scripts/conclude.js';
import { accessHint } from '../scripts/git-access.js';
import { releaseSteps } from '../steps/release-steps.js';
import { startedNow } from './started-now.js';
import { buildDigest, configurationDigest } from './digests.js';
import type { Source } from './find-source.js';
import type { HostReleases } from './releases-reader.js';
import type { ReleasePlan } from './release-plan.js';
import { ship } from './ship.js';

/**
 * Plans the deployment of a source to a host.
 *
 * @param options.force plans it even when the source is live already
 * @param options.hosts the names of all hosts of the deployment
 * @returns undefined when the source is live already.
 */
export async function planDeployment(
  { environment, section: written }: PluginContext<ReleaseSection>,
  source: Source,
  releases: HostReleases,
  { force, hosts }: { readonly force: boolean; readonly hosts: readonly string[] },
): Promise<ReleasePlan | undefined> {
  const { commit, time, artifact } = source;
  const { state, objects, index } = releases;
  const application = applicationOf(environment);
  const layout = layoutOf(application);
  const running = runningRelease(state);
  const resolved = resolveRuntime(application, written, {
    ...{ commit, index, live: running?.runtime },
    files: filesOf(source, releases, application.user),
  });
  const { runtime, section, chosen } = resolved;
  const configuration = configurationDigest(application, section, runtime).reveal();
  const build = buildDigest(application, section, runtime);
  const same =
    running?.commit === commit &&
    running.artifact === artifact?.commit &&
    running.configuration === configuration;
  if (!force && same && isSettled(state)) return undefined;

  const id = newReleaseId(time, commit, state.releases);
  const release = releaseIn(layout, { id, commit, directory: section.directory, runtime });
  const about: Deployment = {
    ...{ release: id, commit, configuration, build, action: 'deploy' },
    ...{ subject: shortened(source.subject), author: shortened(source.author) },
    migrations: source.migrations,
    ...(section.directory !== undefined && { directory: section.directory }),
    ...(artifact && { artifact: artifact.commit }),
    ...(runtime && { runtime }),
    ports: addressesOf(application),
    ...startedNow(time),
  };
  const { transfer, input } = await ship(environment, section, {
    source,
    ref: refOf(id),
    commits: state.commits,
    objects,
  });
  const builtAs = force ? undefined : builtBefore(state, about)?.release;
  return {
    release,
    ...(chosen !== undefined && { chosen }),
    ...(input && { input }),
    steps: releaseSteps({
      ...{ application, environment, hosts, section, layout, release, transfer, about },
      ...(resolved.source && { runtimeSource: resolved.source }),
      ...(artifact && { artifact: artifact.commit }),
      ...(builtAs !== undefined && { builtAs }),
    }),
    conclude: (steps) => conclude(layout, release, about, steps),
  };
}

/**
 * The files of the commit, from git on the client or from the host.
 *
 * @throws HintedError when the host fetches the commit itself, and couldn't.
 */
function filesOf(
  { commit, files }: Pick<Source, 'commit' | 'files'>,
  { files: read }: Pick<HostReleases, 'files'>,
  user: string,
): ProjectFiles {
  if (!files) return new Map();
  if (!('url' in files)) return files;
  if (read && 'files' in read) return read.files;
  const { url } = files;
  const reason = excerpt(read?.unread ?? 'nothing was read');
  throw new HintedError(`Cannot fetch ${commit.slice(0, 10)} from ${url.url}: ${reason}`, {
    hint: accessHint(url, user),
  });
}

/** The last good release of the same content and build that is still on the host. */
function builtBefore(
  state: HostState,
  { commit, artifact, build }: Deployment,
): HistoryEntry | undefined {
  return completeReleases(state).findLast(
    (entry) => entry.commit === commit && entry.artifact === artifact && entry.build === build,
  );
}
