import { asUser, deadline, fail, lines, literal, sh, type Script } from '@fairness-deploy/shell';
import { checkName, pathOf, type Variables } from '../application/variables-file.js';
import type { ReleaseSpec } from './release-spec.js';

/** How many seconds a command may take, and how many more it gets to end by itself. */
export interface Limit {
  readonly seconds: number;
  readonly grace: number;
}

/**
 * Runs a command of the project's own as the application's user, in the release's folder,
 * with the application's Node.js. It stops at the first command in it that fails.
 */
export function projectCommand(
  { application, layout, release }: ReleaseSpec,
  command: string,
  variables: Variables,
  limit?: Limit,
): Script {
  const exports = [...variables].map(
    ([name, value]) => sh`${literal(`export ${checkName(name)}=`)}${value}`,
  );
  return asUser(
    application.user,
    lines(
      sh`
      umask 022
      export HOME=${layout.userHome}
      export PATH=${pathOf(application)}
      export npm_config_cache=${layout.npmCache}
      export npm_config_update_notifier=false npm_config_audit=false npm_config_fund=false`,
      ...exports,
      // The project's command is written for a shell that lets unset variables pass.
      sh`
      cd -- ${release.path}
      set +u
      ${limit ? limited(command, limit) : sh`eval ${command}`}`,
    ),
  );
}

/** All that it started is ended with it, see timeout(1). */
function limited(command: string, { seconds, grace }: Limit): Script {
  return sh`
    fd_status=0
    # Down to the hundredth: it must be over when timeout says so.
    ${deadline(Math.floor(seconds * 100) / 100)}
    timeout --kill-after=${String(grace)} ${String(seconds)} sh -ec ${command} || fd_status=$?
    case $fd_status in
      124 | 137)
        # The command may have ended so by itself: the kernel kills one that lacks memory.
        ! fd_is_over || ${fail(`Cannot finish the command: it was ended after ${String(seconds)} s`)}
        ;;
    esac
    exit "$fd_status"`;
}
