import { contextOf, type Run } from '@fairness-deploy/core/commands';
import { type Host, type PluginContext } from '@fairness-deploy/core';
import type { ReleaseSection } from '../section/section.js';

/** The section `release` of a run's environment; the commands of release run only with one. */
export function releaseSection({ environment }: Pick<Run, 'environment'>): ReleaseSection {
  // Sound: our own schema returned it.
  return environment.sections['release'] as ReleaseSection;
}

/** The context of release on a host. */
export function releaseContext(run: Run, host: Host): PluginContext<ReleaseSection> {
  return {
    ...contextOf(run, { section: 'release' }, host),
    section: releaseSection(run),
  };
}
