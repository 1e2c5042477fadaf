import { asUser, lines, literal, sh, type Script } from '@fairness-deploy/core';
import { checkName, pathOf, type Variables } from '../environment-file.js';
import type { ReleaseSpec } from './release-spec.js';

/**
 * Runs a command of the project's own as the application's user, in the release's folder,
 * with the application's Node.js. It stops at the first command in it that fails.
 */
export function projectCommand(
  { application, layout, release }: ReleaseSpec,
  command: string,
  variables: Variables,
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
      eval ${command}`,
    ),
  );
}
