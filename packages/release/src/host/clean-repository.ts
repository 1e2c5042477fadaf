import { sh, type Script } from '@fairness-deploy/shell';

/**
 * Removes from a bare repository the files that keep git from working. Only for a job that holds
 * the lock:
 *
 * - what git, and we for it, leave when the power goes: locks, with which it would fail for ever, the
 *   mark of a worktree that was never finished, which is not forgotten as long as it is there
 *   (git-worktree(1), lock), and attributes that were meant for one checkout;
 * - what the application could have put there: programs that git runs (hooks, and those that a
 *   configuration names), and pipes that it waits for. Git makes files and folders only.
 *
 * @param commit a hash of the repository: its length gives the format
 */
export function cleanRepository(repository: string, commit: string): Script {
  const config =
    commit.length === 64
      ? '[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectformat = sha256'
      : '[core]\n\trepositoryformatversion = 0\n\tbare = true';
  // A ref's name does not end in .lock (git-check-ref-format(1)).
  return sh`
    if [ -d ${repository} ]; then
      find ${repository} ! -type d ! -type f -delete
      find ${repository} -type f -name '*.lock' -delete
      rm -rf -- ${['hooks', 'info/attributes', 'config', 'config.worktree'].map((name) => `${repository}/${name}`)}
      rm -rf -- ${repository}/worktrees/*/locked ${repository}/worktrees/*/config.worktree
      [ ! -d ${`${repository}/objects`} ] || printf '%s\n' ${config} >${`${repository}/config`}
    fi`;
}
