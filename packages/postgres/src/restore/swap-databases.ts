import { fail, sh, type Script } from '@fairness-deploy/shell';
import { Text } from '@fairness-deploy/shell/secret';
import { quoteIdentifier, quoteLiteral } from '../connection/quote-sql.js';
import { sql } from '../connection/sql.js';
import { asCreator } from './creator.js';

/** Three databases of one server: `next` takes the name `live`, whose own becomes `kept`. */
export interface Swap {
  readonly live: Text;
  readonly next: Text;
  readonly kept: Text;
}

/** How often the swap is tried: a session that reconnects at once may be faster. */
const TRIES = 5;

/** Tenths of a second that a query may go on, before its session is ended. */
const PATIENCE_TENTHS = 30;

/**
 * Swaps two databases by name, as the creator. Both renames are one transaction, which waits up to 5 s until
 * nobody is connected, and lets new sessions wait meanwhile (dbcommands.c, CountOtherDBBackends). Beside
 * it another session ends those of the application: idle ones at once, others when their query has ended,
 * or after 3 s. So a request fails only when its query takes longer, or its client does not connect again.
 */
export function swapDatabases(swap: Swap): Script {
  return sh`
    fd_swapped=
    for fd_try in $(seq ${TRIES}); do
      # Before any of the two begins: names change hands.
      fd_live=$(
        ${asCreator(Text.of('SELECT oid FROM pg_database WHERE datname = ', quoteLiteral(swap.live), ';'))}
      )
      case $fd_live in
        '' | *[!0-9]*) ${fail('Cannot swap the databases: the server does not have that of the application')} ;;
      esac
      (
      ${endSessions(swap)}
      ) >/dev/null 2>&1 &
      fd_ending=$!
      if fd_said=$(
        ${asCreator(renames(swap))}
      2>&1); then fd_swapped=1; fi
      wait "$fd_ending" || :
      [ -z "$fd_swapped" ] || break
    done
    if [ -z "$fd_swapped" ]; then
      printf '%s\n' "$fd_said" >&2
      ${asCreator(blockers(swap))} >&2 || :
      printf 'Cannot swap the databases: sessions or prepared transactions stay in them\n  → end those that are named above, and run it again\n' >&2
      exit 1
    fi`;
}

/** What keeps the databases in use, for people. */
function blockers({ live, next }: Swap): Text {
  const names = Text.of(quoteLiteral(live), ', ', quoteLiteral(next));
  return sql`
    SELECT format('session %s of the role %I, %s: %s', pid, usename, application_name, state)
      FROM pg_stat_activity WHERE datname IN (${names}) AND pid <> pg_backend_pid()
    UNION ALL SELECT format('prepared transaction %L of the role %I', gid, owner)
      FROM pg_prepared_xacts WHERE database IN (${names});`;
}

function renames({ live, next, kept }: Swap): Text {
  const name = quoteIdentifier;
  return Text.of(
    'BEGIN;\n',
    ...['ALTER DATABASE ', name(live), ' RENAME TO ', name(kept), ';\n'],
    ...['ALTER DATABASE ', name(next), ' RENAME TO ', name(live), ';\n'],
    'COMMIT;',
  );
}

/**
 * Ends the sessions of the database `$fd_live`, until its name has changed. Before that, it waits until the
 * renames hold the lock of the database, so that an ended session can't come back.
 */
function endSessions({ live, next }: Swap): Script {
  const names = Text.of(
    ...['SELECT ', quoteLiteral(live), ' AS live, ', quoteLiteral(next)],
    String.raw` AS next \gset`,
  );
  return sh`
    {
      printf 'SET fd.live_oid = %s;\n' "$fd_live"
      printf '%s\n' ${names} ${END_SESSIONS}
    } | fd_creator`;
}

const END_SESSIONS = String.raw`
SELECT set_config('fd.live', :'live', false), set_config('fd.next', :'next', false) \g /dev/null
DO $$
DECLARE
  tenth int := 0;
  live oid := current_setting('fd.live_oid')::oid;
BEGIN
  FOR hundredth IN 1..200 LOOP
    EXIT WHEN EXISTS (
      SELECT FROM pg_locks WHERE locktype = 'object' AND classid = 'pg_database'::regclass
        AND objid = live AND mode = 'AccessExclusiveLock' AND granted);
    EXIT WHEN NOT EXISTS (SELECT FROM pg_database WHERE oid = live AND datname = current_setting('fd.live'));
    PERFORM pg_sleep(0.01);
  END LOOP;
  WHILE tenth <= ${String(PATIENCE_TENTHS)} AND EXISTS (SELECT FROM pg_database WHERE oid = live AND datname = current_setting('fd.live')) LOOP
    PERFORM pg_stat_clear_snapshot();
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE (datid = live OR datname = current_setting('fd.next'))
        AND pid <> pg_backend_pid()
        AND (state = 'idle' OR tenth >= ${String(PATIENCE_TENTHS)});
    PERFORM pg_sleep(0.1);
    tenth := tenth + 1;
  END LOOP;
END
$$;`;

/** Gives the databases their former names again, if they were swapped. */
export function undoSwap({ live, next, kept }: Swap): Script {
  return sh`
    fd_kept=$(
      ${asCreator(Text.of('SELECT count(*) FROM pg_database WHERE datname = ', quoteLiteral(kept), ';'))}
    )
    if [ "$fd_kept" = 1 ]; then
      ${swapDatabases({ live, next: kept, kept: next })}
    fi`;
}
