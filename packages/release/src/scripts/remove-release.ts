import { asUser, sh, type Script } from '@fairness-deploy/shell';
import type { ReleaseSpec } from './release-spec.js';

/** Seconds that undoing may take: the application's user decides how much there is to remove. */
export const UNDO_TIMEOUT_SECONDS = 300;

/** Renamed first: half a release must never look like a whole one. */
export function removeRelease({ application, layout, release }: ReleaseSpec): Script {
  const folder = `${layout.releases}/${release.id}`;
  const removed = `${layout.releases}/.removed-${release.id}`;
  return sh`
    if [ -d ${folder} ]; then
      mv -T -- ${folder} ${removed}
      timeout ${UNDO_TIMEOUT_SECONDS} rm -rf --one-file-system -- ${removed}
    fi
    ${asUser(application.user, sh`git -C ${layout.repository} worktree prune`, UNDO_TIMEOUT_SECONDS)}`;
}
