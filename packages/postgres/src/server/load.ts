/** Parts of scripts: files of the user postgres, and whether the server has read them. */
import { fail, sh, type Script } from '@fairness-deploy/shell';

/**
 * Replaces a file as a whole, as the user postgres, to whom the folder belongs. It keeps its mode.
 *
 * @param file a word of the shell
 * @param print prints the content
 */
export function replaceAsPostgres(file: Script, print: Script): Script {
  return sh`
    ${print} | fd_as_postgres sh -ec '
      umask 022
      rm -f -- "$1.fd-new"
      cat >"$1.fd-new"
      [ ! -e "$1" ] || chmod --reference="$1" -- "$1.fd-new"
      sync -- "$1.fd-new"
      mv -fT -- "$1.fd-new" "$1"' sh ${file}`;
}

/** Prints `yes` when the running server has read its files since a file was written, else `no`. */
export function printLoadedSince(file: Script): Script {
  return sh`
    fd_changed=$(stat -c %.6Y -- ${file} 2>/dev/null) || fd_changed=0
    printf '%s\n' "SELECT CASE WHEN extract(epoch FROM pg_conf_load_time()) > :'changed'::numeric THEN 'yes' ELSE 'no' END" |
      fd_sql -v changed="$fd_changed"`;
}

/** Makes the server read its files, and waits until it has. */
export const RELOAD = sh`
  fd_loaded() {
    echo 'SELECT pg_conf_load_time()' | fd_sql
  }
  fd_before=$(fd_loaded)
  echo 'SELECT pg_reload_conf()' | fd_sql >/dev/null
  fd_left=100
  while [ "$(fd_loaded)" = "$fd_before" ]; do
    fd_left=$((fd_left - 1))
    [ "$fd_left" -gt 0 ] || ${fail('Cannot make PostgreSQL read its files: it does not within 10 s', 'its log says why: /var/log/postgresql')}
    sleep 0.1
  done`;

/** Prints each line of pg_hba.conf that the server cannot use. */
export const HBA_ERRORS =
  "SELECT format('line %s: %s', line_number, error) FROM pg_hba_file_rules WHERE error IS NOT NULL";

/** Sets `fd_errors` to the lines of pg_hba.conf that keep a server from starting, and prints them. */
export const FIND_HBA_ERRORS = sh`
  fd_errors=$(printf '%s\n' ${HBA_ERRORS} | fd_sql)
  [ -z "$fd_errors" ] || printf '%s\n' "$fd_errors" >&2`;
