import { sh, type Script } from '@fairness-deploy/shell';
import type { Text } from '@fairness-deploy/shell/secret';

/** Nothing that an administrator has set for the role may end the restore. */
const NO_TIMEOUTS =
  '-c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0';

/** What {@link loadDump} leaves out. */
export interface LoadOptions {
  /** Leaves out rights of other roles, which another server may not have. */
  readonly withoutRights?: boolean;
}

/**
 * Loads the dump on standard input into a database, with the rights of the application's role: the dump
 * holds code of the application, such as functions of indexes, which runs meanwhile. What belonged to
 * another role belongs to the application's then. Ends at the first error. It needs `fd_pg`.
 */
export function loadDump(database: Text, { withoutRights = false }: LoadOptions = {}): Script {
  // A parameter of libpq, as an option without one would print the dump; the rest is in the environment.
  const options = ['--exit-on-error', '--no-owner', ...(withoutRights ? ['--no-acl'] : [])];
  return sh`
    (
      fd_database=${database}
      fd_pg env PGOPTIONS=${NO_TIMEOUTS} pg_restore ${options} -d ${'application_name=fairness-deploy'}
    )`;
}

/** Makes the statistics that the planner needs; a dump has none. */
export function analyze(database: Text): Script {
  return sh`
    (
      fd_database=${database}
      echo 'ANALYZE;' | fd_pg psql -Xq -v ON_ERROR_STOP=1
    )`;
}
