import { Text } from '@fairness-deploy/shell/secret';
import { databaseOf, directDatabase, type ConnectionContext } from '../connection/database.js';
import { connectionVariables } from '../connection/connection-variables.js';
import { databaseUrl } from '../connection/database-url.js';

/** The variable of libpq for settings of a session (PostgreSQL's manual, 34.15). */
const OPTIONS = 'PGOPTIONS';

/** Settings of our own clients, which are not those of a migration. */
const OWN_SETTINGS = ['PGAPPNAME', 'PGCLIENTENCODING', 'PGCONNECT_TIMEOUT'];

/**
 * The variables of the migration's command that differ from those of the application: the connection, as
 * libpq's variables, which the application need not have; the limits of its sessions; and the server itself
 * where the application's variables name a pooler. libpq and
 * node-postgres read PGOPTIONS; others, such as Prisma, only a URL: so a variable that is
 * `${postgres.url}` gets the limits as well.
 *
 * @param env the application's variables
 */
export function migrationVariables(
  context: ConnectionContext,
  env: Readonly<Record<string, Text>>,
): Readonly<Record<string, Text>> {
  const { lockTimeout, statementTimeout } = context.section.migrations;
  const options = [
    `-c lock_timeout=${milliseconds(lockTimeout)}`,
    `-c statement_timeout=${milliseconds(statementTimeout)}`,
  ].join(' ');
  const pooled = databaseOf(context);
  const direct = directDatabase(context);
  const url = databaseUrl(pooled);
  const limited = Text.of(databaseUrl(direct), `&options=${encodeURIComponent(options)}`);
  const changed = Object.entries(env).flatMap(([name, value]): readonly [string, Text][] => {
    if (isSame(value, url)) return [[name, limited]];
    if (/HOST|SERVER/i.test(name) && isSame(value, pooled.host)) return [[name, direct.host]];
    if (/PORT/i.test(name) && isSame(value, pooled.port)) return [[name, direct.port]];
    return [];
  });
  const own = env[OPTIONS];
  const connection = [...connectionVariables(direct)].filter(
    ([name]) => !OWN_SETTINGS.includes(name) && env[name] === undefined,
  );
  return {
    ...Object.fromEntries([...connection, ...changed]),
    // The last of two settings counts.
    [OPTIONS]: own ? Text.of(own, ' ', options) : Text.of(options),
  };
}

function milliseconds(seconds: number): string {
  return String(Math.ceil(seconds * 1000));
}

function isSame(one: Text, other: Text): boolean {
  return one.locked === undefined && other.locked === undefined && one.reveal() === other.reveal();
}
