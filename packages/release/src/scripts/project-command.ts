import { asUser, deadline, fail, lines, literal, sh, type Script } from '@fairness-deploy/shell';
import { pathOf, type Runtime } from '../application/runtime.js';
import { checkName, type Variables } from '../application/variables-file.js';
import type { ReleaseSpec } from './release-spec.js';

/** Seconds that a command may take, and further seconds between SIGTERM and SIGKILL. */
export interface Limit {
  readonly seconds: number;
  readonly grace: number;
}

/**
 * Runs a command of the project's own as the application's user, in the release's folder,
 * with the release's Node.js, if it has one. It stops at the first command in it that fails.
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
      export PATH=${pathOf(release)}`,
      ...(release.runtime ? [settingsOf(release.runtime, layout.npmCache)] : []),
      ...exports,
      // The project's command expects a shell that allows unset variables.
      sh`
      cd -- ${release.path}
      set +u
      ${limit ? limited(command, limit) : sh`eval ${command}`}`,
    ),
  );
}

/** pnpm would fetch another version by itself, which is then the application's to change. */
function settingsOf({ manager }: Runtime, cache: string): Script {
  return sh`
    export npm_config_cache=${cache}
    export npm_config_update_notifier=false npm_config_audit=false npm_config_fund=false
    ${manager?.name === 'pnpm' ? sh`export npm_config_manage_package_manager_versions=false pnpm_config_pm_on_fail=ignore` : sh`:`}`;
}

/** Ends the command with all its child processes, see timeout(1). */
function limited(command: string, { seconds, grace }: Limit): Script {
  return sh`
    fd_status=0
    # In hundredths: the time must be over when timeout says so.
    ${deadline(Math.floor(seconds * 100) / 100)}
    timeout --kill-after=${String(grace)} ${String(seconds)} sh -ec ${command} || fd_status=$?
    case $fd_status in
      124 | 137)
        # The command may have ended like that without us: the kernel kills one that lacks memory.
        ! fd_is_over || ${fail(`Cannot finish the command: it was ended after ${String(seconds)} s`)}
        ;;
    esac
    exit "$fd_status"`;
}
