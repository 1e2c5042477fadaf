import { lines, literal, sh, type Script } from '@fairness-deploy/shell';
import { authorizationFor, redirectHint, type Authorization } from '../git/authorization.js';
import type { RepositoryUrl } from '../section/repository-url.js';

/**
 * The variables with which git on a host fetches from a URL: it asks nothing, and waits for nobody. With
 * credentials, `git` is a function for the rest of the script: a fetch of missing objects, which any
 * command may begin, needs them too.
 */
export function gitAccess(url: RepositoryUrl): Script {
  return sh`
    GIT_TERMINAL_PROMPT=0
    GIT_SSH_COMMAND='ssh -oBatchMode=yes -oConnectTimeout=30 -oServerAliveInterval=15'
    export GIT_TERMINAL_PROMPT GIT_SSH_COMMAND
    ${withCredentials(authorizationFor(url))}`;
}

/** Sets variables with the shell's own means, so that no command line shows them. */
function withCredentials({ options, variables }: Authorization): Script {
  if (options.length === 0) return sh`:`;
  return lines(
    ...variables.map(([name, value]) => sh`${literal(`export ${name}=`)}${value}`),
    sh`git() { command git ${options} "$@"; }`,
  );
}

/** The hint when git can't fetch from a URL. */
export function accessHint(url: RepositoryUrl, user: string): string {
  const hint = redirectHint(url);
  const redirect = hint === undefined ? '' : `; if it says 301, 302, 307 or 308: ${hint}`;
  return `the user ${user} must be able to read it${redirect}`;
}
