import { contextOf, type Run } from '@fairness-deploy/core/commands';
import { type Host, type PluginContext } from '@fairness-deploy/core';
import type { ReleaseSection } from '../section/section.js';

/** The section of a run's environment; a command of release runs only where there is one. */
export function releaseSection({ environment }: Pick<Run, 'environment'>): ReleaseSection {
  // Sound: it is what our own schema returned.
  return environment.sections['release'] as ReleaseSection;
}

/** What release works with on a host. */
export function releaseContext(run: Run, host: Host): PluginContext<ReleaseSection> {
  return {
    ...contextOf(run, { section: 'release' }, host),
    section: releaseSection(run),
  };
}
