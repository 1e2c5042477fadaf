import { sh, type Script } from '@fairness-deploy/shell';
import { Text } from '@fairness-deploy/shell/secret';
import { UNLIMITED_OPTIONS } from '../connection/pinned-options.js';

const BY_SUPERUSER =
  '  → if a right is missing above: event triggers, publications, foreign servers and rights that another role has granted need a superuser; the README of the package postgres says what to do';

/** What {@link loadDump} leaves out. */
export interface LoadOptions {
  /** Leaves out rights of other roles, which another server may not have. */
  readonly withoutRights?: boolean;
}

/**
 * Loads a dump into a new database, with the rights of the application's role: the dump holds code of the
 * application, such as functions of indexes, which runs meanwhile. What belonged to another role belongs to
 * the application's then. Ends at the first error. It needs `fd_pg`.
 *
 * Extensions that the database has already, with their comments and schemas, are left out: only a superuser
 * may create them. To know which those are, the dump is read twice then.
 *
 * @param withDump makes a script that runs another one with the dump on its standard input
 */
export function loadDump(
  database: Text,
  withDump: (consumer: Script) => Script,
  { withoutRights = false }: LoadOptions = {},
): Script {
  // A parameter of libpq, as an option without one would print the dump; the rest is in the environment.
  const into = 'application_name=fairness-deploy';
  const options = ['--exit-on-error', '--no-owner', ...(withoutRights ? ['--no-acl'] : [])];
  const restore = (more: Script): Script => sh`
    fd_database=${database}
    fd_pg env PGOPTIONS=${UNLIMITED_OPTIONS} pg_restore ${options} ${more} -d ${into} || {
      fd_status=$?
      printf '%s\n' ${BY_SUPERUSER} >&2
      exit "$fd_status"
    }`;
  return sh`
    fd_present=$(
      fd_database=${database}
      printf '%s\n' ${PRESENT} | fd_pg psql -XAtq -v ON_ERROR_STOP=1
    )
    if [ -z "$fd_present" ]; then
      ${withDump(restore(sh``))}
    else
      (
      fd_loading=$(mktemp -d)
      trap 'rm -rf -- "$fd_loading"' EXIT
      printf '%s\n' "$fd_present" >"$fd_loading/present"
      ${withDump(sh`
        fd_pg pg_restore --list >"$fd_loading/all"
        cat >/dev/null`)}
      # Its name and owner follow: 4; 3079 16385 EXTENSION - postgis
      LC_ALL=C awk 'NR == FNR { present[$0]; next }
        {
          entry = $0
          sub(/^[0-9]+; [0-9]+ [0-9]+ /, "", entry)
          sub(/ [^ ]*$/, "", entry)
          if (!(entry in present)) print
        }' "$fd_loading/present" "$fd_loading/all" >"$fd_loading/list"
      # The folder stays root's: pg_restore opens it by its descriptor.
      chmod 0644 -- "$fd_loading/list"
      exec 4<"$fd_loading/list"
      ${withDump(restore(sh`--use-list=/dev/fd/4`))}
      )
    fi`;
}

/** Entries of pg_restore's list, without their numbers and owners. */
const PRESENT = Text.of(`
SELECT 'EXTENSION - ' || extname FROM pg_extension WHERE extname <> 'plpgsql'
UNION ALL SELECT 'COMMENT - EXTENSION ' || extname FROM pg_extension WHERE extname <> 'plpgsql'
UNION ALL SELECT 'SCHEMA - ' || nspname FROM pg_namespace WHERE oid IN (SELECT extnamespace FROM pg_extension WHERE extname <> 'plpgsql');
`);

/** Makes the statistics that the planner needs; a dump has none. Of its own tables: others are refused, with a warning each. */
export function analyze(database: Text): Script {
  return sh`
    (
      fd_database=${database}
      printf '%s\n' ${ANALYZE} | fd_pg env PGOPTIONS=${UNLIMITED_OPTIONS} psql -XwqAt -v ON_ERROR_STOP=1
    )`;
}

const ANALYZE = Text.of(String.raw`
SELECT format('ANALYZE %I.%I', nspname, relname) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE relkind IN ('r', 'm', 'p') AND pg_has_role(relowner, 'USAGE') AND nspname !~ '^pg_' AND nspname <> 'information_schema'
\gexec
`);
