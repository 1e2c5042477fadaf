import { sh, type Script } from '@fairness-deploy/core';

/**
 * Removes what git, and we for it, leave in a bare repository when the power goes: locks, with
 * which it would fail for ever, the mark of a worktree that was never finished, which is not
 * forgotten as long as it is there (git-worktree(1), lock), and attributes that were meant for
 * one checkout. Only for whoever knows that nobody else works there.
 */
export function clearLeftovers(repository: string): Script {
  // A ref's name does not end so (git-check-ref-format(1)).
  return sh`
    if [ -d ${repository} ]; then
      find ${repository} -type f -name '*.lock' -delete
      rm -f -- ${repository}/worktrees/*/locked ${`${repository}/info/attributes`}
    fi`;
}
