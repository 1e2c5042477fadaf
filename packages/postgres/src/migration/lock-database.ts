import { notice, sh, type Script } from '@fairness-deploy/shell';
import { LOCK_ARGUMENTS, LOCK_KEYS } from './advisory-lock.js';

/** How long a deployment waits for the migration of another one. */
const WAIT_SECONDS = 3600;

/**
 * Settings of the session: it may be idle for long, and it may wait. The server notices soon that the
 * host is gone, and then the lock is free (manual, 20.3.2). An older server does not have all of them.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  idle_session_timeout: '0',
  statement_timeout: '0',
  lock_timeout: `${String(WAIT_SECONDS)}s`,
  client_connection_check_interval: '5s',
  tcp_keepalives_idle: '10',
  tcp_keepalives_interval: '5',
  tcp_keepalives_count: '3',
};

/** The deployments that hold the lock. */
const MIGRATING = `select coalesce(string_agg(distinct a.application_name || coalesce(' from ' || host(a.client_addr), ''), ', '), '')
  from pg_locks l join pg_stat_activity a using (pid)
  where l.locktype = 'advisory' and l.granted and l.objsubid = 2
    and l.classid = ${String(LOCK_KEYS.class)} and l.objid = ${String(LOCK_KEYS.object)}
    and l.database = (select oid from pg_database where datname = current_database())`;

const SQL = String.raw`
select count(set_config(s.name, v.value, false)) as fd_set
  from (values ${Object.entries(SETTINGS)
    .map(([name, value]) => `('${name}', '${value}')`)
    .join(', ')}) v (name, value)
  join pg_settings s on s.name = v.name \gset
select pg_try_advisory_lock(${LOCK_ARGUMENTS}) as fd_locked \gset
\if :fd_locked
\else
select 'waiting ' || (${MIGRATING});
select pg_advisory_lock(${LOCK_ARGUMENTS}) is null;
\endif
select 'locked';`;

/**
 * Takes the advisory lock on the database, and holds it until this shell ends, however it ends: a
 * session of psql reads from a pipe whose other end this shell has. Waits for the migration of another
 * deployment, and says so. Needs `fd_pg` (defineClient), on a connection without a pooler.
 *
 * Programs that the shell starts must not inherit its file descriptors 4 and 5: see {@link CLOSE_LOCK}.
 *
 * @param release the id of the release, for others who wait
 */
export function lockDatabase(release: string): Script {
  const failure = 'Cannot lock the database for the migration';
  return sh`
    mkfifo -m 0600 -- "$FD_JOB/lock-hold" "$FD_JOB/lock-said"
    # Both ways first: opening one end alone waits for the other.
    exec 5<>"$FD_JOB/lock-hold"
    exec 3<"$FD_JOB/lock-hold"
    exec 6<>"$FD_JOB/lock-said"
    exec 4<"$FD_JOB/lock-said"
    exec 7>"$FD_JOB/lock-said" 6>&-
    rm -f -- "$FD_JOB/lock-hold" "$FD_JOB/lock-said"
    # By exec: a shell keeps copies of what it closes for a function or a group of commands alone.
    (
      exec 4<&- 5>&- 7>&-
      printf '%s\n' ${SQL}
      exec cat <&3 3<&-
    ) | (
      exec >&7 2>&1 3<&- 4<&- 5>&- 7>&-
      fd_pg env PGAPPNAME=${`fairness-deploy migrates ${release}`} stdbuf -oL \
        psql -XqAt -v ON_ERROR_STOP=1
    ) &
    exec 3<&- 7>&-
    fd_locked='' fd_said=''
    while IFS= read -r fd_line <&4; do
      # Another server's words, and other users' names.
      fd_line=$(printf '%s\n' "$fd_line" | tr -d '\000-\037\177' | head -c 300)
      case $fd_line in
        locked)
          fd_locked=1
          break
          ;;
        waiting\ *) printf '%s\n' ${notice('Waiting for the migration of another deployment: ')}"\${fd_line#waiting }" ;;
        f) ;;
        *) fd_said="$fd_said $fd_line" ;;
      esac
    done
    if [ -z "$fd_locked" ]; then
      case $fd_said in
        *[!\ ]*) ;;
        *) fd_said=' psql ended without a word' ;;
      esac
      printf '%s\n' ${failure}:"$fd_said" >&2
      exit 1
    fi`;
}

/** The redirections of a subshell whose programs must not keep the lock. */
export const CLOSE_LOCK: Script = sh`4<&- 5>&-`;
