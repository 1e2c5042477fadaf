import { asUser, sh, type Script } from '@fairness-deploy/core';

/** How many seconds git may take to read a repository's refs. */
const READING = 10;

/**
 * Sets `fd_readable` to 1 when git can read a repository's refs, and else to nothing. The
 * application writes in its repository, and can put there what git waits for for ever.
 */
export function checkReadable(repository: string, user: string): Script {
  return sh`
    fd_readable=
    if
    ${asUser(user, sh`git -C ${repository} for-each-ref --count=1 >/dev/null 2>&1`, READING)}
    then fd_readable=1; fi`;
}
