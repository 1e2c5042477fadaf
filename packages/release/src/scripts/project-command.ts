import { asUser, deadline, fail, lines, literal, sh, type Script } from '@fairness-deploy/shell';
import { nodeFolder } from '@fairness-deploy/core/resources';
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
  { application, layout, release }: Pick<ReleaseSpec, 'application' | 'layout' | 'release'>,
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
function settingsOf(runtime: Runtime, cache: string): Script {
  const { node, manager } = runtime;
  return sh`
    export npm_config_cache=${cache}
    export npm_config_update_notifier=false npm_config_audit=false npm_config_fund=false
    # Debian's place for the settings of all users, such as a registry; npm and pnpm look beside Node.js,
    # and pnpm from 11 on only at a file of one user.
    if [ -f /etc/npmrc ]; then
      export npm_config_globalconfig=/etc/npmrc
      [ -e "$HOME/.npmrc" ] || export pnpm_config_npmrc_auth_file=/etc/npmrc
    fi
    ${lines(...headersVariables(runtime).map((name) => sh`export ${literal(`${name}=`)}${nodeFolder(node)}`))}
    ${manager?.name === 'pnpm' ? sh`export npm_config_manage_package_manager_versions=false pnpm_config_pm_on_fail=ignore` : sh`:`}`;
}

/**
 * The variables that tell node-gyp where the headers of Node.js are: an archive has them. Otherwise
 * node-gyp fetches them from nodejs.org, whatever the mirror is, for each native module that has no
 * binary for the host. npm 11, which comes with Node.js 24, warns of the older name, and has a
 * node-gyp that knows the newer one.
 */
export function headersVariables({ node, manager }: Runtime): readonly string[] {
  const newer = 'npm_package_config_node_gyp_nodedir';
  const warns = manager === undefined && Number(node.split('.')[0]) >= 24;
  return warns ? [newer] : ['npm_config_nodedir', newer];
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
