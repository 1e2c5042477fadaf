import { shFormat } from '@fairness-deploy/core/resources';
import { Text } from '@fairness-deploy/shell/secret';
import type { Database } from './database.js';

/** The bundle of Debian's package ca-certificates. libpq knows `system` from 16 on only. */
const SYSTEM_CAS = '/etc/ssl/certs/ca-certificates.crt';

/** Seconds until a client gives up on connecting. */
const CONNECT_TIMEOUT_SECONDS = 10;

/**
 * The environment variables of a connection, which all programs of libpq read (PostgreSQL's manual,
 * 34.15): psql, pg_dump and pg_restore need no further option.
 */
export function connectionVariables(database: Database): ReadonlyMap<string, Text> {
  const { tls, ca = SYSTEM_CAS } = database;
  return new Map<string, Text>([
    ['PGHOST', database.host],
    ['PGPORT', database.port],
    ['PGUSER', database.user],
    ['PGPASSWORD', database.password],
    ['PGDATABASE', database.name],
    ['PGSSLMODE', Text.of(tls)],
    ...(tls.startsWith('verify') ? [['PGSSLROOTCERT', Text.of(ca)] as const] : []),
    ['PGCONNECT_TIMEOUT', Text.of(String(CONNECT_TIMEOUT_SECONDS))],
    ['PGAPPNAME', Text.of('fairness-deploy')],
    ['PGCLIENTENCODING', Text.of('UTF8')],
  ]);
}

/** The variables as a file that `.` reads in a POSIX shell, exactly, whatever the values hold. */
export function variablesText(variables: ReadonlyMap<string, Text>): Text {
  return Text.of(
    ...[...variables].flatMap(([name, value]) => [
      `export ${name}=`,
      value.mapWhole((text) => shFormat(text)),
      '\n',
    ]),
  );
}
