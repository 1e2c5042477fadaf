import { lines, sh, type Script } from '@fairness-deploy/shell';
import { type Release } from '../application/release.js';
import { type ReleaseStep } from '../order/release-step.js';
import { forgetBuilt } from '../host/built-record.js';
import { enterReleases } from '../host/enter-releases.js';
import { concludeEntry } from '../host/history.js';
import type { Deployment } from '../host/history-entry.js';
import type { Layout } from '../application/layout.js';
import { beforeLink } from './before-link.js';

/**
 * The `conclude` of a deployment (see {@link Job.conclude}): records how it ended and, as nothing
 * will be undone any more, forgets where the previous release was.
 */
export function conclude(
  layout: Layout,
  release: Release,
  about: Deployment,
  steps: readonly ReleaseStep[],
): Script {
  return lines(
    enterReleases(layout, 'Cannot write the history'),
    concludeEntry(layout, about, steps),
    // Such a release was removed with all that are not kept; a restart removes none.
    ...(about.action === 'restart' ? [] : [sh`[ "$FD_FAILED" != 0 ] || ${forgetBuilt(layout)}`]),
    sh`[ "$FD_FAILED" != 0 ] || rm -f -- ${`${layout.home}/${beforeLink(release)}`}`,
  );
}
