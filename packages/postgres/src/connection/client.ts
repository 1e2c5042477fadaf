import { lines, literal, sh, type Script } from '@fairness-deploy/shell';
import { connectionFile } from './paths.js';

/** A shell function that runs client programs of PostgreSQL with a connection. */
export interface ClientFunction {
  /** Its name, such as `fd_pg`. */
  readonly name: string;
  /** The file of the connection's variables: see variablesText(). Root's alone. */
  readonly variables: string;
  /** The user that the programs run as; a number: one without a name. */
  readonly user: string | number;
  /** Settings of the sessions (PGOPTIONS); default: those of the database and the role. */
  readonly options?: string;
}

/**
 * Defines a shell function that runs a client program, such as `fd_pg psql -X …`, with a connection,
 * which is in its environment and never on a command line. The program runs as `user`: it reads from a
 * server that nobody has to trust. With `$fd_database` set, it connects to that database instead.
 */
export function defineClientFunction({ name, variables, user, options }: ClientFunction): Script {
  const as =
    typeof user === 'number'
      ? sh`--reuid ${user} --regid ${user} --clear-groups`
      : sh`--reuid ${user} --regid "$(id -g -- ${user})" --init-groups`;
  return sh`
    ${literal(name)}() {
      (
        # shellcheck source=/dev/null
        . ${variables}
        [ -z "\${fd_database-}" ] || export PGDATABASE="$fd_database"
        # Not the certificates and settings of anybody's home.
        export HOME=/nonexistent
        cd /
        ${options === undefined ? sh`:` : sh`export PGOPTIONS=${options}`}
        exec setpriv ${as} -- "$@"
      )
    }`;
}

/**
 * Defines two shell functions with the application's connection: `fd_pg`, which runs a client program
 * ({@link defineClientFunction}), and `fd_ask`, which is psql for a script. `fd_ask` reads SQL from its
 * standard input, prints rows without headers, and ends at the first error; options of psql may follow
 * it. Both run as the application's user, who knows the password too, and connect to `$fd_database`,
 * where that is set.
 *
 * @param user the application's user
 * @param application the application's name
 */
export function defineClient(user: string, application: string): Script {
  return lines(
    sh`fd_database=`,
    defineClientFunction({ name: 'fd_pg', variables: connectionFile(application), user }),
    sh`
      # Not every script that defines it calls it, or with options.
      # shellcheck disable=SC2317,SC2120
      fd_ask() {
        fd_pg psql -XwqAt -v ON_ERROR_STOP=1 "$@"
      }`,
  );
}
