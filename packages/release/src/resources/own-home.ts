import { HintedError } from '@fairness-deploy/shell/text';
import { sh } from '@fairness-deploy/shell';
import { type Address, type Resource } from '@fairness-deploy/core/resources';
import { type Application } from '@fairness-deploy/core';
import { layoutOf } from '../application/layout.js';

/** The target of the link `current`, which never changes: it leads through `live`. */
export const CURRENT_TARGET = 'live/release';

/**
 * The application's home must be its own before anything in it is used or linked: a folder that
 * another tool deploys into, such as Capistrano or Deployer with `releases`, `shared` and
 * `current`, serves its site from there. Such a folder is refused, and never changed.
 *
 * A home is ours when it has what only we put there: the folders of the colours. What somebody
 * changed in ours is drift as elsewhere.
 */
export function ownHome(application: Application): Resource {
  const { home, current, releases, shared, colours } = layoutOf(application);
  const address: Address = `home:${application.name}`;
  return {
    address,
    after: [],
    follows: [],
    read: sh`
      if [ -e ${colours} ]; then exit 0; fi
      # Fields: passwd(5).
      if [ -d ${home} ] && fd_entry=$(getent passwd "$(stat -c %U -- ${home})"); then
        fd_account=\${fd_entry%%:*}
        fd_entry=\${fd_entry%:*}
        case $fd_account:\${fd_entry##*:} in
          root:* | ${application.user}:*) ;;
          *:${home}) printf 'account %s\n' "$fd_account"; exit 0 ;;
        esac
      fi
      if [ -L ${current} ]; then
        [ "$(readlink -- ${current})" = ${CURRENT_TARGET} ] || printf '%s is a link to %s\n' ${current} "$(readlink -- ${current})"
      fi
      for fd_folder in ${[home, releases, shared]}; do
        fd_owner=$(stat -c %U -- "$fd_folder" 2>/dev/null) || continue
        case $fd_owner in root | ${application.user}) ;; *) printf '%s belongs to %s\n' "$fd_folder" "$fd_owner" ;; esac
      done
      if [ -d ${releases} ] && [ -n "$(ls -A -- ${releases})" ]; then printf '%s is not empty\n' ${releases}; fi`,
    plan(output) {
      const found = output.trimEnd();
      if (found === '') return undefined;
      const [, account] = /^account (\S+)$/.exec(found) ?? [];
      if (account !== undefined) {
        throw new HintedError(
          `Cannot use ${home} as the home of ${application.name}: it is the home of the account ${account}`,
          {
            hint: `Give the application a folder of its own: application.home: /srv/${application.name}`,
          },
        );
      }
      throw new HintedError(
        `Cannot use ${home} as the home of ${application.name}: another tool may serve a site from there: ${found.split('\n').join(', ')}`,
        {
          hint: `Give the application another folder (application.home), or move what is there away first: mv ${home} ${home}.old`,
        },
      );
    },
    equals: (other) => other.address === address,
  };
}
