import {
  applicationOf,
  type Deployer,
  type DeployOptions,
  type DeployPlan,
  type PluginContext,
  type Script,
} from '@fairness-deploy/core';
import { configurationDigest } from './configuration-digest.js';
import { findSource, type GitSource } from './find-source.js';
import { bundle } from './git/bundle.js';
import { openRepository, repositoryFolder } from './git/repository.js';
import { readState } from './host/read-state.js';
import { parseState, runningRelease, type HostState } from './host/state.js';
import { releaseLayoutOf, refOf, releaseIn } from './layout.js';
import { newReleaseId } from './release-id.js';
import type { ReleaseSection } from './section.js';
import type { Transfer } from './steps/release-spec.js';
import { releaseSteps } from './steps/release-steps.js';

type Context = PluginContext<ReleaseSection>;

/** Brings releases from a git repository. */
export const gitDeployer: Deployer<ReleaseSection> = {
  source: findSource,

  read({ environment }: Context): Script {
    return readState(releaseLayoutOf(applicationOf(environment)));
  },

  running: (output) => runningRelease(parseState(output))?.release,

  // Sound: the source is always one that `source` found.
  async plan(
    { environment, section }: Context,
    { commit, time }: GitSource,
    output: string,
    { force }: DeployOptions,
  ): Promise<DeployPlan | undefined> {
    const application = applicationOf(environment);
    const layout = releaseLayoutOf(application);
    const state = parseState(output);
    const configuration = configurationDigest(application, section);
    const running = runningRelease(state);
    if (!force && running?.commit === commit && running.configuration === configuration.reveal()) {
      return undefined;
    }
    const id = newReleaseId(time, commit, state.releases);
    const release = releaseIn(layout, { id, commit, directory: section.directory });
    const { transfer, input } = await transferOf(
      { environment, section },
      { commit, ref: refOf(id) },
      state,
    );
    return {
      release,
      ...(input && { input }),
      steps: releaseSteps({ application, section, layout, release, transfer, configuration }),
    };
  },
};

async function transferOf(
  { environment, section }: Pick<Context, 'environment' | 'section'>,
  { commit, ref }: { readonly commit: string; readonly ref: string },
  { commits }: HostState,
): Promise<{ readonly transfer: Transfer; readonly input?: Uint8Array }> {
  if (commits.includes(commit)) return { transfer: { from: 'host' } };
  const { origin } = section;
  if (origin.via === 'fetch') return { transfer: { from: 'url', url: origin.url } };
  const repository = await openRepository(repositoryFolder(environment, origin.path));
  const input = await bundle(repository, { commit, ref, has: commits });
  return input ? { transfer: { from: 'input' }, input } : { transfer: { from: 'host' } };
}
