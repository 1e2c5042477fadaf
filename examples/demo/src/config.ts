import { readFileSync } from 'node:fs';
import type { ClientConfig } from 'pg';
import { databaseFrom, TLS_MODES } from './database.js';
import { field } from './field.js';

export type Address =
  { readonly host: string; readonly port: number } | { readonly socketPath: string };

export interface Config {
  readonly address: Address;
  readonly apiUrl: string;
  readonly version: string;
  /** The full hash of the running commit, or 'unknown'. */
  readonly commit: string;
  /** Where the calendar is; undefined: in the memory of each process. */
  readonly database: ClientConfig | undefined;
  /** How long a stop waits for requests in flight. */
  readonly stopDeadlineMs: number;
}

class ConfigError extends Error {}

/** Reads the configuration from environment variables; says what is wrong and exits when it can't. */
export function configOrExit(name: string, defaultPort: number): Config {
  try {
    return parseConfig(process.env, defaultPort);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(`Cannot start ${name}: ${error.message}`);
    process.exit(1);
  }
}

function parseConfig(env: NodeJS.ProcessEnv, defaultPort: number): Config {
  // An empty variable counts as absent: env files often hold `NAME=`.
  const read = (name: string, fallback: string) => {
    const value = env[name]?.trim() ?? '';
    return value === '' ? fallback : value;
  };
  return {
    address: parseAddress(read('PORT', String(defaultPort)), read('HOST', '127.0.0.1')),
    apiUrl: parseApiUrl(read('API_URL', 'http://127.0.0.1:3000')),
    version: stringIn('../package.json', 'version') ?? 'unknown',
    commit: parseCommit(read('COMMIT', stringIn('./build-info.json', 'commit') ?? 'unknown')),
    database: parseDatabase(env, read('DB_PORT', '5432'), read('DB_TLS', 'disable')),
    stopDeadlineMs: parseSeconds('STOP_DEADLINE', read('STOP_DEADLINE', '15')) * 1000,
  };
}

function parseAddress(port: string, host: string): Address {
  if (port.startsWith('/')) return { socketPath: port };
  if (/^\d{1,5}$/.test(port) && Number(port) <= 65535) return { host, port: Number(port) };
  throw expected('PORT', port, 'a number up to 65535 or the absolute path of a Unix socket');
}

function parseDatabase(env: NodeJS.ProcessEnv, port: string, tls: string): Config['database'] {
  if (!/^\d{1,5}$/.test(port)) throw expected('DB_PORT', port, 'a number');
  if (!TLS_MODES.includes(tls)) throw expected('DB_TLS', tls, `one of ${TLS_MODES.join(', ')}`);
  return databaseFrom(env);
}

function parseApiUrl(text: string): string {
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) return text.replace(/\/+$/, '');
  throw expected('API_URL', text, 'an address like "http://127.0.0.1:3000"');
}

function parseCommit(text: string): string {
  if (/^[\w.-]{1,64}$/.test(text)) return text;
  throw expected('COMMIT', text, "a commit's hash");
}

function parseSeconds(name: string, text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw expected(name, text, 'a whole number of seconds');
}

function expected(name: string, value: string, expectation: string): ConfigError {
  return new ConfigError(`${name} is ${JSON.stringify(value)}, expected ${expectation}`);
}

function stringIn(file: string, key: string): string | undefined {
  try {
    const content: unknown = JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8'));
    const value = field(content, key);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined; // Built without git, or not by `npm run build`.
  }
}
