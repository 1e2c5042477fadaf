import { applicationOf, type PluginContext } from '@fairness-deploy/core';
import { resolveRuntime } from '../runtime/resolve-runtime.js';
import { excerpt, HintedError } from '@fairness-deploy/shell/text';
import { layoutOf } from '../application/layout.js';
import { programsOf } from '../application/program.js';
import { refuseClash } from './refuse-clash.js';
import { newReleaseId } from '../application/release-id.js';
import { refOf, releaseIn, type Release } from '../application/release.js';
import type { DeclaredMigration } from '../host/declared-migrations.js';
import { shortened, type Deployment, type HistoryEntry } from '../host/history-entry.js';
import {
  completeReleases,
  isSettled,
  livePrograms,
  liveScheduledJobs,
  runningRelease,
  type HostState,
} from '../host/state.js';
import { scheduledFiles } from '../scheduled-jobs/scheduled-files.js';
import { scheduledJobsOn } from '../scheduled-jobs/scheduled-job.js';
import { releaseFiles } from '../section/release-file.js';
import type { ReleaseSection } from '../section/section.js';
import type { ProjectFiles } from '../runtime/project-files.js';
import { conclude } from '../scripts/conclude.js';
import type { MigrationPart } from '../scripts/migration-part.js';
import { accessHint } from '../scripts/git-access.js';
import { releaseSteps } from '../steps/release-steps.js';
import { startedNow } from './started-now.js';
import { declareMigrations, newMigrations } from './declare-migrations.js';
import { buildDigest, configurationDigest } from './digests.js';
import type { Source } from './find-source.js';
import type { HostReleases } from './releases-reader.js';
import type { ReleasePlan } from './release-plan.js';
import { migrationInputs, planMigration } from './plan-migration.js';
import { ship } from './ship.js';

/** What the user asks for, and how a deployment to a host is planned. */
export interface DeploymentOptions {
  readonly force: boolean;
  readonly migrate?: boolean;
  readonly hosts: readonly string[];
  readonly filesOf: (release: Release) => Readonly<Record<string, string>>;
  readonly migrationParts?: (release: Release) => readonly MigrationPart[];
}

/** The id of no release. */
const ANY_ID = '00000000-000000-0000000';

/**
 * Plans the deployment of a source to a host.
 *
 * @param options.force plans it even when the source is live already
 * @param options.migrate plans it, too, and migrates whatever has changed
 * @param options.hosts the names of all hosts of the deployment
 * @param options.filesOf the files that plugins add for a release's programs
 * @param options.migrationParts what plugins add to its migration
 * @returns undefined when the source is live already.
 */
export async function planDeployment(
  context: PluginContext<ReleaseSection>,
  source: Source,
  releases: HostReleases,
  { force, migrate = false, hosts, filesOf, migrationParts = () => [] }: DeploymentOptions,
): Promise<ReleasePlan | undefined> {
  const { environment, section: written, host } = context;
  const { commit, time, artifact } = source;
  const { state, objects, index } = releases;
  const application = applicationOf(environment);
  const layout = layoutOf(application);
  const running = runningRelease(state);
  const resolved = resolveRuntime(application, written, {
    ...{ commit, index, live: running?.runtime },
    files: projectFilesOf(source, releases, application.user),
  });
  const { runtime, section, chosen } = resolved;
  const programs = programsOf(application, state.cpus);
  refuseClash(`Cannot deploy to ${host.name}`, programs, state);
  const schedules = scheduledJobsOn(environment, host);
  const previousSchedules = liveScheduledJobs(state);
  const { directory } = section;
  const inLayout = (id: string): Release =>
    releaseIn(layout, { id, commit, directory, programs, schedules, runtime });
  const configurationOf = (release: Release): Readonly<Record<string, string>> => ({
    ...filesOf(release),
    ...scheduledFiles(application, release),
  });
  const files = releaseFiles(section.files, { environment, host });
  const inputs = { application, section, files, ...(runtime && { runtime }) };
  const configuration = configurationDigest(inputs, {
    programs,
    // Of one id, so that they are the same for every release of this configuration.
    configuration: configurationOf(inLayout(ANY_ID)),
  }).reveal();
  const build = buildDigest(inputs).reveal();
  const same =
    running?.commit === commit &&
    running.artifact === artifact?.commit &&
    running.configuration === configuration;
  if (!force && !migrate && same && isSettled(state)) return undefined;

  const id = newReleaseId(time, commit, state.releases);
  const release = inLayout(id);
  const { compatible } = section.migrations ?? {};
  const declared =
    source.migrationFiles &&
    declareMigrations(
      source.migrationFiles,
      section.migrations ?? {},
      state.declaredMigrations.values(),
    );
  const about: Deployment = {
    ...{ release: id, commit, configuration, build, action: 'deploy' },
    ...{ subject: shortened(source.subject), author: shortened(source.author) },
    migrationsDigest: source.migrationsDigest,
    ...newIn(state, running, declared),
    ...(compatible !== undefined && { newCompatible: compatible }),
    ...(directory !== undefined && { directory }),
    ...(artifact && { artifact: artifact.commit }),
    ...(section.shared.length > 0 && { shared: section.shared }),
    ...(runtime && { runtime }),
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
          migrationInputs(application, section, source.migrationsDigest, files),
          section,
          state.migration,
          migrate,
        );
  const builtAs = force ? undefined : builtBefore(state, about)?.release;
  return {
    ...{ release, previous: livePrograms(state), previousSchedules },
    ...(chosen !== undefined && { chosen }),
    ...(input && { input }),
    ...(migration && { migration }),
    steps: releaseSteps({
      ...{ application, environment, hosts, section, files, layout, release },
      ...{ transfer, about, configuration: configurationOf(release) },
      ...(previousSchedules && { previousSchedules }),
      ...(resolved.source && { runtimeSource: resolved.source }),
      ...(artifact && { artifact: artifact.commit }),
      ...(builtAs !== undefined && { builtAs }),
      ...(migration && { migration, migrationParts: migrationParts(release) }),
      ...(declared && { declaredMigrations: declared }),
      ...(running && { live: running }),
    }),
    conclude: (steps) => conclude(layout, release, about, steps),
  };
}

/**
 * The files of the commit, from git on the client or from the host.
 *
 * @throws HintedError when the host fetches the commit itself, and couldn't.
 */
function projectFilesOf(
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

/** The migrations that the live release does not have; unknown when its own are. */
function newIn(
  { declaredMigrations: known, history }: HostState,
  running: HistoryEntry | undefined,
  migrations: readonly DeclaredMigration[] | undefined,
): Pick<Deployment, 'newMigrations'> {
  const nothing = history.length === 0 ? [] : undefined;
  const live = running ? known.get(running.release) : nothing;
  return migrations && live ? { newMigrations: newMigrations(migrations, live) } : {};
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
