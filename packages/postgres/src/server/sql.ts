/** SQL as a script: on standard input, as it holds names of all kinds, and verifiers. */
import { literal, sh, type Script } from '@fairness-deploy/shell';
import { Text } from '@fairness-deploy/shell/secret';

/** Runs SQL as the superuser, by `fd_sql`. */
export function runSql(text: Text): Script {
  // As one word: the rest of it says where the secrets are.
  return sh`printf '%s\n' ${text.mapWhole((whole) => whole)} | fd_sql`;
}

/**
 * Runs SQL of which neither the server's log nor an error shows a word, whatever the server logs
 * (PostgreSQL's manual, 20.8).
 */
export function runQuietly(text: Text): Script {
  const quiet = Text.of(
    '\\set VERBOSITY terse\n',
    "SET log_statement = 'none'; SET log_min_duration_statement = -1;\n",
    "SET log_duration = off; SET log_min_error_statement = 'panic';\n",
  );
  return runSql(Text.of(quiet, text));
}

/** The database in which `fd_super` and `fd_sql` work from here on. */
export function inDatabase(name: Text): Script {
  return sh`${literal('fd_super_database=')}${name}`;
}
