import { asUser, sh, type Script } from '@fairness-deploy/shell';
import { printScheduledReleases } from '../scheduled-jobs/run-record.js';
import { unlessTaskRuns } from './beside-tasks.js';
import type { ReleaseSpec } from './release-spec.js';

/** Seconds that undoing may take: the application's user decides how much there is to remove. */
export const UNDO_TIMEOUT_SECONDS = 300;

/**
 * Removes a release, unless a scheduled job or a task runs in it: then a later deployment does. Renamed
 * first: half a release must never look like a whole one.
 */
export function removeRelease(spec: ReleaseSpec): Script {
  const { application, layout, release } = spec;
  const folder = `${layout.releases}/${release.id}`;
  const removed = `${layout.releases}/.removed-${release.id}`;
  return sh`
    fd_scheduled=$(${printScheduledReleases(application.name)})
    if printf '%s\n' "$fd_scheduled" | grep -qxF ${release.id}; then
      printf '%s\n' ${`Keeping ${release.id}: a scheduled job runs in it`}
      exit 0
    fi
    if [ -d ${folder} ]; then
      ${unlessTaskRuns(spec, release.id, sh`mv -T -- ${folder} ${removed}`)}
      timeout ${UNDO_TIMEOUT_SECONDS} rm -rf --one-file-system -- ${removed}
    fi
    ${asUser(application.user, sh`git -C ${layout.repository} worktree prune`, UNDO_TIMEOUT_SECONDS)}`;
}
