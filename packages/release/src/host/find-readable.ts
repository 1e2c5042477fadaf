import { asUser, sh, type Script } from '@fairness-deploy/shell';

/** Seconds that git may take to read a repository's refs. */
const GIT_READ_TIMEOUT_SECONDS = 10;

/**
 * Prints a repository's refs, each with its commit and whether that exists: a line `<ref> <hash>
 * commit`. Prints nothing when git can't read all of them.
 */
export function printRefs(repository: string): Script {
  return sh`git -C ${repository} for-each-ref --format='%(refname) %(objectname) %(objecttype)'`;
}

/**
 * Sets `fd_readable` to 1 when git can read a repository's refs, and else to nothing. The
 * application can write in its repository: pipes that git would wait for without end, or refs to
 * missing commits.
 */
export function findReadable(repository: string, user: string): Script {
  return sh`
    fd_readable=
    if
    ${asUser(user, sh`${printRefs(repository)} >/dev/null 2>&1`, GIT_READ_TIMEOUT_SECONDS)}
    then fd_readable=1; fi`;
}
