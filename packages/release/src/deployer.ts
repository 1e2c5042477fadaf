import { hostname } from 'node:os';
import {
  applicationOf,
  type Deployer,
  type DeployOptions,
  type DeployPlan,
  type PluginContext,
} from '@fairness-deploy/core';
import { lines, localUser, type Script } from '@fairness-deploy/shell';
import { printObjects } from './artifact/host-objects.js';
import { buildDigest, configurationDigest } from './digests.js';
import { liveMayBe } from './host/live-may-be.js';
import { findSource, type GitSource } from './find-source.js';
import { shortened, type Deployment, type HistoryEntry } from './host/history-entry.js';
import { readState } from './host/read-state.js';
import { isSettled, parseState, runningRelease, whole, type HostState } from './host/state.js';
import { releaseLayoutOf, refOf, releaseIn } from './layout.js';
import { newReleaseId } from './release-id.js';
import { candidates, findRollback, portsOf, unfitness } from './rollback.js';
import type { ReleaseSection } from './section.js';
import { conclude } from './steps/conclude.js';
import { releaseSteps, rollbackSteps } from './steps/release-steps.js';
import { ship } from './ship.js';

type Context = PluginContext<ReleaseSection>;

/** Brings releases from a git repository, or of what is built here. */
export const gitDeployer: Deployer<ReleaseSection> = {
  source: findSource,

  read({ environment }: Context, source?: GitSource): Script {
    const application = applicationOf(environment);
    const layout = releaseLayoutOf(application);
    const read = readState(layout, application.user);
    if (!source?.artifact) return read;
    return lines(read, printObjects(layout, application.user, source.artifact.known));
  },

  mayRun: ({ environment }: Context, { commit }) =>
    liveMayBe(releaseLayoutOf(applicationOf(environment)), commit),

  batch: ({ batch }, hosts) =>
    typeof batch === 'number'
      ? batch
      : Math.max(1, Math.floor((hosts * Number.parseInt(batch, 10)) / 100)),

  running: (output) => runningRelease(parseState(output))?.release,

  history: (output) => parseState(output).history,

  candidates: (output) => candidates(parseState(output)),

  interrupted: (output) => parseState(output).pending,

  // Sound: the source is always one that `source` found.
  async plan(
    { environment, section }: Context,
    source: GitSource,
    output: string,
    { force }: DeployOptions,
  ): Promise<DeployPlan | undefined> {
    const { commit, time, artifact } = source;
    const application = applicationOf(environment);
    const layout = releaseLayoutOf(application);
    const state = parseState(output);
    const configuration = configurationDigest(application, section).reveal();
    const build = buildDigest(application, section);
    const running = runningRelease(state);
    const same =
      running?.commit === commit &&
      running.artifact === artifact?.commit &&
      running.configuration === configuration;
    if (!force && same && isSettled(state)) return undefined;

    const id = newReleaseId(time, commit, state.releases);
    const release = releaseIn(layout, { id, commit, directory: section.directory });
    const about: Deployment = {
      ...{ release: id, commit, configuration, build, action: 'deploy' },
      ...{ subject: shortened(source.subject), author: shortened(source.author) },
      migrations: source.migrations,
      ...(section.directory !== undefined && { directory: section.directory }),
      ...(artifact && { artifact: artifact.commit }),
      ports: portsOf(application),
      ...now(time),
    };
    const { transfer, input } = await ship(environment, section, {
      source,
      ref: refOf(id),
      commits: state.commits,
      output,
    });
    const builtAs = force ? undefined : builtBefore(state, about)?.release;
    return {
      release,
      ...(input && { input }),
      steps: releaseSteps({
        ...{ application, environment, section, layout, release, transfer, about },
        ...(artifact && { artifact: artifact.commit }),
        ...(builtAs !== undefined && { builtAs }),
      }),
      conclude: (steps) => conclude(layout, release, about, steps),
    };
  },

  rollback({ environment, section }: Context, output: string, to: string | undefined) {
    const application = applicationOf(environment);
    const layout = releaseLayoutOf(application);
    const { entry, warnings } = findRollback(parseState(output), to);
    const { commit, configuration, build, subject, author, migrations } = entry;
    const { artifact, directory, ports } = entry;
    // As it was made: the section may name another folder by now.
    const release = releaseIn(layout, { id: entry.release, commit, directory });
    const about: Deployment = {
      ...{ release: entry.release, commit, configuration, build, action: 'rollback' },
      ...{ subject, author, migrations },
      ...(artifact !== undefined && { artifact }),
      ...(directory !== undefined && { directory }),
      ...(ports && { ports }),
      ...now(new Date()),
    };
    const spec = {
      application,
      environment,
      section,
      layout,
      release,
      about,
      transfer: { from: 'host' },
    } as const;
    return {
      to: entry,
      warnings: [...unfitness(entry, application), ...warnings],
      plan: {
        release,
        steps: rollbackSteps(spec),
        conclude: (steps) => conclude(layout, release, about, steps),
      },
    };
  },
};

function now(time: Date): Pick<Deployment, 'who' | 'from' | 'started'> {
  return { who: localUser(), from: hostname(), started: time.toISOString() };
}

/** The last good release of the same content that was built in the same way, and is there. */
function builtBefore(
  state: HostState,
  { commit, artifact, build }: Deployment,
): HistoryEntry | undefined {
  return whole(state).findLast(
    (entry) => entry.commit === commit && entry.artifact === artifact && entry.build === build,
  );
}
