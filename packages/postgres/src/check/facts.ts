/** What askDatabase() printed, by the first word of each line. */
import { isRecord } from '@fairness-deploy/environment-file';
import type { Section } from '../section/section.js';
import type { TlsMode } from '../section/tls-mode.js';

/** The rests of the lines, in their order. */
export type Facts = ReadonlyMap<string, readonly string[]>;

/** What is known of the database before it is asked. */
export interface Expected {
  readonly mode: Section['mode'];
  readonly tls: TlsMode;
  /** The environment's name, for hints. */
  readonly environment: string;
  /** Whether another role may create databases. */
  readonly admin: boolean;
  /** SHA-256 of the file of the connection, in hexadecimal; undefined: the secrets are not known. */
  readonly digest?: string;
}

export function factsOf(output: string): Facts {
  const facts = new Map<string, string[]>();
  for (const line of output.split('\n')) {
    const [, key = '', value = ''] = /^([A-Za-z-]+):? ?(.*)$/.exec(line) ?? [];
    facts.set(key, [...(facts.get(key) ?? []), value.trim()]);
  }
  return facts;
}

/** Of the host's own file: the values may be secrets that nobody has to hide, such as db_host. */
export function target(facts: Facts): { readonly host: string; readonly port: string } {
  const [port = '', ...host] = first(facts, 'target')?.split(' ') ?? [];
  return { host: host.join(' '), port };
}

export function first(facts: Facts, key: string): string | undefined {
  return facts.get(key)?.[0];
}

/** The names as the server has them. */
export function session(facts: Facts): { readonly role: string; readonly database: string } {
  const said: unknown = JSON.parse(first(facts, 'session') ?? '{}');
  const of = (key: string): string => (isRecord(said) ? String(said[key]) : '');
  return { role: of('role'), database: of('database') };
}
