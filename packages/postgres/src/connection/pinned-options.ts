/**
 * Settings of a session (PGOPTIONS) that win over those of the database and of the role, which the
 * application decides on (PostgreSQL's manual, 20.1.3). A superuser in the application's database must
 * find nothing of the application by a name: so only the system's own schema is searched.
 */
export const PINNED_OPTIONS = [
  ...['search_path=pg_catalog', 'default_transaction_read_only=off', 'statement_timeout=0'],
  ...['idle_in_transaction_session_timeout=0', 'lock_timeout=60s', 'client_min_messages=warning'],
]
  .map((setting) => `-c ${setting}`)
  .join(' ');

/** Settings under which no time-out of the role or the database ends a long load, and it may write. */
export const UNLIMITED_OPTIONS = [
  ...['statement_timeout=0', 'lock_timeout=0', 'idle_in_transaction_session_timeout=0'],
  'default_transaction_read_only=off',
]
  .map((setting) => `-c ${setting}`)
  .join(' ');
