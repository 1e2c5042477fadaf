import { lines, literal, sh, type Script } from '@fairness-deploy/shell';
import { authorizationVariables, redirectHint } from '../git/authorization.js';
import type { RepositoryUrl } from '../section/repository-url.js';

/** The variables with which git on a host fetches from a URL: it asks nothing, and waits for nobody. */
export function gitAccess(url: RepositoryUrl): Script {
  return sh`
    GIT_TERMINAL_PROMPT=0
    GIT_SSH_COMMAND='ssh -oBatchMode=yes -oConnectTimeout=30 -oServerAliveInterval=15'
    export GIT_TERMINAL_PROMPT GIT_SSH_COMMAND
    ${exported(authorizationVariables(url))}`;
}

/** Sets variables with the shell's own means, so that no command line shows them. */
function exported(variables: ReturnType<typeof authorizationVariables>): Script {
  return lines(...variables.map(([name, value]) => sh`${literal(`export ${name}=`)}${value}`));
}

/** The hint when git can't fetch from a URL. */
export function accessHint(url: RepositoryUrl, user: string): string {
  const hint = redirectHint(url);
  const redirect = hint === undefined ? '' : `; if it says 301, 302, 307 or 308: ${hint}`;
  return `the user ${user} must be able to read it${redirect}`;
}
