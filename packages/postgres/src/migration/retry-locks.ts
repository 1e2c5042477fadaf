import { notice, sh, type Script } from '@fairness-deploy/shell';
import { withHint } from '@fairness-deploy/shell/text';
import { LOCK_ARGUMENTS } from './advisory-lock.js';
import { CLOSE_LOCK } from './lock-database.js';

/** The longest pause before another attempt. */
const LONGEST_PAUSE_SECONDS = 30;

/** How much of the end of the output is searched: tools print the error last. */
const TAIL_BYTES = 65_536;

/** Hundredths of a second that the rest of the output may take, when a daemon holds the pipe. */
const REST_HUNDREDTHS = 100;

/** The error code of a lock time-out (PostgreSQL's manual, appendix A): some tools print it. */
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * The sessions that hold locks on tables, those that are in a transaction for the longest time first. Of
 * other users' sessions, a role that is no superuser sees neither the state nor the time.
 */
const TABLE_LOCK_HOLDERS = `
  select format('process %s of %s, program %s: %s%s', a.pid, coalesce(a.usename, '-'),
    coalesce(nullif(a.application_name, ''), '-'),
    string_agg(distinct l.relation::regclass::text, ', '),
    ', in a transaction for ' || round(extract(epoch from clock_timestamp() - a.xact_start)) || ' s')
  from pg_locks l join pg_stat_activity a using (pid)
  where l.locktype = 'relation' and l.granted and l.relation >= 16384 and a.pid <> pg_backend_pid()
    and l.database = (select oid from pg_database where datname = current_database())
  group by a.pid, a.usename, a.application_name, a.xact_start
  order by a.xact_start nulls first limit 5;`;

export interface Retries {
  readonly lockTimeout: number;
  readonly retries: number;
}

/**
 * Runs the migration again when it ended as a statement waited too long for a lock, after growing
 * pauses. Whether it did is found in what it has printed: by the error's code, or by this server's own
 * words for it, in its language, which a session of ours brings about. Needs `fd_ask`, and the lock of
 * lockDatabase().
 */
export function retryLocks(run: Script, { lockTimeout, retries }: Retries): Script {
  const attempts = String(retries + 1);
  const waited = `a statement waited longer than lockTimeout (${String(lockTimeout)} s) for a lock`;
  return sh`
    # The words behind "ERROR:", which the client translates, too.
    fd_lock_words() {
      printf '%s\n' 'set lock_timeout = 1;' ${`select pg_advisory_lock(${LOCK_ARGUMENTS});`} |
        ( fd_ask -v VERBOSITY=terse 2>&1 ) ${CLOSE_LOCK} | sed -n 's/^[^:]*: *//p' | head -n 1
    }
    fd_waited_for_lock() {
      [ -s "$FD_JOB/migration-tail" ] || return 1
      ! grep -qF ${LOCK_NOT_AVAILABLE} "$FD_JOB/migration-tail" || return 0
      fd_words=$(fd_lock_words)
      [ -n "$fd_words" ] && grep -qF -e "$fd_words" "$FD_JOB/migration-tail"
    }
    # The program's output goes on to the log, and its end to a file.
    fd_attempt() {
      rm -f -- "$FD_JOB/migration-output" "$FD_JOB/migration-copy" "$FD_JOB/migration-tail" "$FD_JOB/migration-read"
      mkfifo -m 0600 -- "$FD_JOB/migration-output" "$FD_JOB/migration-copy"
      (
        tail -c ${TAIL_BYTES} <"$FD_JOB/migration-copy" >"$FD_JOB/migration-tail.new" || :
        mv -f -- "$FD_JOB/migration-tail.new" "$FD_JOB/migration-tail"
        : >"$FD_JOB/migration-read"
      ) ${CLOSE_LOCK} &
      tee -- "$FD_JOB/migration-copy" <"$FD_JOB/migration-output" ${CLOSE_LOCK} &
      fd_status=0
      (
      ${run}
      ) >"$FD_JOB/migration-output" 2>&1 ${CLOSE_LOCK} || fd_status=$?
      fd_left=${REST_HUNDREDTHS}
      while [ ! -e "$FD_JOB/migration-read" ] && [ "$fd_left" -gt 0 ]; do
        sleep 0.01
        fd_left=$((fd_left - 1))
      done
    }
    fd_tries=1 fd_pause=1
    while :; do
      fd_attempt
      [ "$fd_status" != 0 ] || break
      fd_waited_for_lock || break
      printf '%s\n' 'Sessions that hold locks on tables now:'
      printf '%s\n' ${TABLE_LOCK_HOLDERS} | ( fd_ask 2>&1 ) ${CLOSE_LOCK} |
        tr -d '\000-\011\013-\037\177' | head -c 2000 || :
      if [ "$fd_tries" -gt ${retries} ]; then
        printf '%s\n' ${withHint(
          `Cannot migrate: ${waited}, in ${attempts} ${retries === 0 ? 'attempt' : 'attempts'}`,
          'end the session that holds the lock, see above, and deploy again; or raise migrations.retries of the section postgres',
        ).split('\n')} >&2
        break
      fi
      printf ${notice(`The migration ended, as ${waited}; attempt %s of ${attempts} begins in %s s`)}'\n' "$((fd_tries + 1))" "$fd_pause"
      sleep "$fd_pause"
      fd_tries=$((fd_tries + 1)) fd_pause=$((fd_pause * 2))
      [ "$fd_pause" -le ${LONGEST_PAUSE_SECONDS} ] || fd_pause=${LONGEST_PAUSE_SECONDS}
    done
    exit "$fd_status"`;
}
