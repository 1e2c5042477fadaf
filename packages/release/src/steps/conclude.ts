import { lines, sh, type Script } from '@fairness-deploy/shell';
import { type Release, type ReleaseStep } from '@fairness-deploy/core';
import { enterReleases } from '../host/enter-releases.js';
import { concludeEntry } from '../host/history.js';
import type { Deployment } from '../host/history-entry.js';
import type { ReleaseLayout } from '../layout.js';
import { beforeLink } from './switch.js';

/**
 * The last word of a deployment (see {@link Job.conclude}): how it went, and, as nothing will be
 * undone any more, where the release before was is forgotten.
 */
export function conclude(
  layout: ReleaseLayout,
  release: Release,
  about: Deployment,
  steps: readonly ReleaseStep[],
): Script {
  return lines(
    enterReleases(layout, 'Cannot write the history'),
    concludeEntry(layout, about, steps),
    sh`[ "$FD_FAILED" != 0 ] || rm -f -- ${`${layout.home}/${beforeLink(release)}`}`,
  );
}
