import { sh, type Script } from '@fairness-deploy/shell';
import { oneLine, tableDigests } from './table-digests.js';

/** How long pg_dump waits for the lock of a table that a migration has; it blocks nobody meanwhile. */
const LOCK_WAIT_MILLISECONDS = 600_000;

/** Options of pg_dump for a dump that pg_restore reads from a pipe. */
export const DUMP_OPTIONS: readonly string[] = [
  ...['-Fc', '--no-password', `--lock-wait-timeout=${String(LOCK_WAIT_MILLISECONDS)}`],
];

const BEGIN = `
set idle_in_transaction_session_timeout = 0; set statement_timeout = 0;
select set_config('transaction_timeout', '0', false) from pg_settings where name = 'transaction_timeout' \\g /dev/null
begin isolation level repeatable read, read only;
select pg_export_snapshot() || ' ' || split_part(current_setting('server_version'), ' ', 1) || ' '
  || ${oneLine('current_database()')};
`;

/**
 * Defines `fd_begin_dump`, `fd_dump` and `fd_end_dump`. They need `fd_pg`, `fd_give_up` and `$fd_work`.
 *
 * - `fd_begin_dump` opens a session on the database. It sets `$fd_server` and `$fd_dumped`, the name of the
 *   database, for the manifest. The session keeps one state of the database (a snapshot) for pg_dump and for the digests of
 *   the tables, which it computes meanwhile.
 * - `fd_dump` prints the dump.
 * - `fd_end_dump` fails unless all went well. The lines of the tables are in `$fd_work/tables` then.
 *
 * The statuses of what runs in pipes are in files, `$fd_work/<name>.status`, as a pipe has only one.
 *
 * @param environment its name, for hints
 */
export function defineDump(environment: string): Script {
  return sh`
    fd_said() {
      tail -n 5 "$fd_work/$1.err" | sed 's/^[0-9/]\{10\} [0-9:]\{8\} //; s/^\(pg_dump\|psql\|age\|tee\): //; s/^error: //' | paste -sd ' ' -
    }
    # Runs a part of a pipe: its name, and the command.
    fd_part() {
      fd_name=$1
      shift
      if "$@" 2>"$fd_work/$fd_name.err"; then set -- 0; else set -- "$?"; fi
      printf '%s\n' "$1" >"$fd_work/$fd_name.status"
      return "$1"
    }
    # Why a part failed; nothing when it did not.
    fd_problem() {
      fd_status=$(cat "$fd_work/$1.status" 2>/dev/null || echo 255)
      [ "$fd_status" != 0 ] || return 0
      fd_words=$(fd_said "$1")
      if [ "$fd_status" -gt 128 ] && [ "$fd_status" -lt 255 ]; then
        fd_words="it was ended by signal $((fd_status - 128)) $fd_words"
      fi
      printf '%s: %s\n' "$1" "\${fd_words:-it ended with status $fd_status}"
    }
    fd_begin_dump() {
      mkfifo -- "$fd_work/in" "$fd_work/out"
      fd_pg psql -XqAt -v ON_ERROR_STOP=1 <"$fd_work/in" >"$fd_work/out" 2>"$fd_work/psql.err" 9>&- &
      fd_session=$!
      exec 7>"$fd_work/in" 8<"$fd_work/out"
      # In a subshell: psql may have ended.
      ( printf '%s\n' ${BEGIN} >&7 ) 2>/dev/null || :
      read -r fd_snapshot fd_server fd_dumped <&8 || fd_give_up "psql: $(fd_said psql)" ${`npx nx run ${environment}:db-check says more`}
      fd_of_client=$(pg_dump --version | sed 's/^[^0-9]*\([0-9]*\).*/\1/')
      [ "$fd_of_client" -ge "\${fd_server%%.*}" ] ||
        fd_give_up "the server is PostgreSQL \${fd_server%%.*}, and pg_dump on the host is of $fd_of_client" "write: postgres: { version: \${fd_server%%.*} }, and provision"
      cat <&8 >"$fd_work/tables" 7>&- 9>&- &
      fd_reader=$!
      ( printf '%s\n' ${tableDigests()} >&7 ) 2>/dev/null || :
    }
    fd_dump() {
      fd_part pg_dump fd_pg pg_dump ${DUMP_OPTIONS} --snapshot="$fd_snapshot" </dev/null 7>&- 8<&- 9>&- || :
    }
    fd_end_dump() {
      exec 7>&- 8<&-
      wait "$fd_session" || fd_session=failed
      wait "$fd_reader" || fd_session=failed
      # First, as pg_dump then only misses the snapshot of the session.
      [ "$fd_session" != failed ] || fd_give_up "psql: $(fd_said psql)"
      fd_words=$(fd_problem pg_dump)
      [ -z "$fd_words" ] || fd_give_up "$fd_words"
    }`;
}
