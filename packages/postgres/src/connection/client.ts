import { sh, type Script } from '@fairness-deploy/shell';
import { connectionFile } from './paths.js';

/**
 * Defines the shell function `fd_pg`: runs a client program of PostgreSQL, such as `fd_pg psql -X …`,
 * with the application's connection, which is in its environment and never on a command line. It runs
 * as the application's user, who knows the password too; the programs read from a server that nobody
 * has to trust. With `$fd_database` set, it connects to that database instead.
 *
 * @param user the application's user
 * @param application the application's name
 */
export function defineClient(user: string, application: string): Script {
  return sh`
    fd_database=
    fd_pg() {
      (
        # shellcheck source=/dev/null
        . ${connectionFile(application)}
        [ -z "$fd_database" ] || export PGDATABASE="$fd_database"
        # Not the certificates and settings of anybody's home.
        export HOME=/nonexistent
        cd /
        exec setpriv --reuid ${user} --regid "$(id -g -- ${user})" --init-groups -- "$@"
      )
    }`;
}
