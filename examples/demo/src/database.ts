import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientConfig, Pool } from 'pg';
import { field } from './field.js';

/**
 * How a client reaches the database, by the variables DB_HOST, DB_PORT and so on, or those of libpq, which a
 * migration has; undefined: there is none.
 */
export function databaseFrom(env: NodeJS.ProcessEnv): ClientConfig | undefined {
  const read = (...names: readonly string[]) =>
    names.map((name) => env[name] ?? '').find((value) => value !== '');
  const host = read('DB_HOST', 'PGHOST');
  if (host === undefined) return undefined;
  const user = read('DB_USERNAME', 'PGUSER');
  const password = read('DB_PASSWORD', 'PGPASSWORD');
  const database = read('DB_NAME', 'PGDATABASE');
  return {
    host,
    port: Number(read('DB_PORT', 'PGPORT') ?? 5432),
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
    ...(database !== undefined && { database }),
    ssl: tls(read('DB_TLS', 'PGSSLMODE') ?? 'disable', read('DB_CA', 'PGSSLROOTCERT')),
    application_name: 'demo',
    connectionTimeoutMillis: 5000,
  };
}

/** The values of DB_TLS. */
export const TLS_MODES: readonly string[] = ['verify-full', 'verify-ca', 'require', 'disable'];

/** What libpq's sslmode of that name checks (PostgreSQL's manual, 34.19). */
function tls(mode: string, file: string | undefined): ClientConfig['ssl'] {
  const ca = file === undefined ? {} : { ca: readFileSync(file, 'utf8') };
  switch (mode) {
    case 'disable':
      return false;
    case 'require':
      return { rejectUnauthorized: false };
    case 'verify-ca':
      return { ...ca, checkServerIdentity: () => undefined };
    default:
      return ca;
  }
}

/**
 * Codes of a connection that was ended, or of a database that is away for a moment: an administrator
 * ended the session, the server starts or stops, or another database takes its name.
 */
const AWAY = new Set([
  '57P01',
  '57P02',
  '57P03',
  '3D000',
  '55000',
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
]);

/** Pauses before another attempt, in milliseconds. */
const PAUSES = [0, 50, 200, 500, 1000];

/** Runs a read, and again when the connection was ended: a read can be repeated without harm. */
export async function readAgain<T>(read: () => Promise<T>): Promise<T> {
  for (const pause of PAUSES) {
    try {
      return await read();
    } catch (error) {
      if (!isAway(error)) throw error;
      await sleep(pause);
    }
  }
  return read();
}

function isAway(error: unknown): boolean {
  const code = field(error, 'code');
  if (typeof code === 'string') return AWAY.has(code);
  // node-postgres gives this one no code.
  return error instanceof Error && error.message.startsWith('Connection terminated');
}

/** Runs statements as one transaction. */
export async function inTransaction<T>(
  pool: Pool,
  run: (
    query: (text: string, values: readonly unknown[]) => Promise<readonly unknown[]>,
  ) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const result = await run(async (text, values) => (await client.query(text, [...values])).rows);
    await client.query('commit');
    client.release();
    return result;
  } catch (error) {
    // Its session may be in any state: the server ends the transaction with it.
    client.release(true);
    throw error;
  }
}
