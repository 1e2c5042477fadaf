import type { Finding } from '@fairness-deploy/core';
import { isRecord } from '@fairness-deploy/environment-file';
import type { Section } from '../section/section.js';
import type { TlsMode } from '../section/tls-mode.js';

/** What is known of the database before it is asked. */
export interface Expected {
  readonly mode: Section['mode'];
  readonly tls: TlsMode;
  /** The environment's name, for hints. */
  readonly environment: string;
  /** Whether another role may create databases. */
  readonly admin: boolean;
}

type Facts = ReadonlyMap<string, readonly string[]>;

/** Milliseconds of a query that a person notices, when a page needs some ten of them. */
const SLOW_MILLISECONDS = 20;

/** The share of the connections in use from which the next deployment may find none. */
const MANY_CONNECTIONS = 0.8;

/** The findings of askDatabase(), one a layer, up to the first one that fails. Pure. */
export function judgeDatabase(output: string, expected: Expected): readonly Finding[] {
  const facts = factsOf(output);
  const [missing] = facts.get('missing') ?? [];
  if (missing !== undefined) {
    const text =
      missing === 'psql'
        ? 'the program psql is missing'
        : 'the host has no connection settings yet';
    return [{ name: 'client', level: 'fail', text, hint: 'provision', data: { missing } }];
  }
  return [
    ...judgeName(facts),
    ...judgePort(facts, expected),
    ...judgeCertificate(facts, expected),
    ...judgeLogin(facts),
    ...judgeServer(facts, expected),
  ];
}

function factsOf(output: string): Facts {
  const facts = new Map<string, string[]>();
  for (const line of output.split('\n')) {
    const [, key = '', value = ''] = /^([A-Za-z-]+):? ?(.*)$/.exec(line) ?? [];
    facts.set(key, [...(facts.get(key) ?? []), value.trim()]);
  }
  return facts;
}

/** Of the host's own file: the values may be secrets that nobody has to hide, such as db_host. */
function target(facts: Facts): { readonly host: string; readonly port: string } {
  const [port = '', ...host] = first(facts, 'target')?.split(' ') ?? [];
  return { host: host.join(' '), port };
}

function first(facts: Facts, key: string): string | undefined {
  return facts.get(key)?.[0];
}

function judgeName(facts: Facts): readonly Finding[] {
  const addresses = first(facts, 'name');
  if (addresses === undefined) return [];
  const name = 'name';
  if (addresses === 'unknown') {
    const text = `the host cannot resolve ${target(facts).host}`;
    const hint = 'correct the host (by default the secret db_host), or the DNS of the server';
    return [{ name, level: 'fail', text, hint, data: {} }];
  }
  const data = { addresses: addresses.split(' ') };
  return [{ name, level: 'ok', text: addresses.replaceAll(' ', ', '), data }];
}

function judgePort(facts: Facts, { mode, environment }: Expected): readonly Finding[] {
  const [state = '', ...words] = first(facts, 'port')?.split(' ') ?? [];
  if (state === '') return [];
  const about = { name: 'port', data: { state } };
  const where = `port ${target(facts).port}`;
  if (state === 'open') return [{ ...about, level: 'ok', text: `${where} is open` }];
  const text =
    state === 'silent'
      ? `${where} does not answer`
      : `${where} is closed: ${words.join(' ') || 'no reason given'}`;
  return [{ ...about, level: 'fail', text, hint: portHint(mode, state, environment) }];
}

function portHint(mode: Section['mode'], state: string, environment: string): string {
  if (mode === 'tunnel') {
    return `start your own PostgreSQL, and keep this running: npx nx run ${environment}:db-tunnel`;
  }
  if (mode === 'local') return 'see whether it runs: systemctl status postgresql; then provision';
  return state === 'silent'
    ? "a firewall drops the packets: add this host's address to the trusted sources of the provider"
    : 'see whether the server runs, and whether the port is right (by default the secret db_port)';
}

/** Codes of openssl-verification-options(1). */
const TLS_HINTS: Readonly<Record<string, string>> = {
  '9': 'its clock, or that of the host, is wrong',
  '10': 'the provider must renew it; until then no connection is safe',
  '18': "name the provider's CA: postgres: { ca: <file> }",
  '19': "name the provider's CA: postgres: { ca: <file> }",
  '20': "this CA has not signed it: name the provider's: postgres: { ca: <file> }",
  '21': "this CA has not signed it: name the provider's: postgres: { ca: <file> }",
};

function judgeCertificate(facts: Facts, { tls }: Expected): readonly Finding[] {
  const said = first(facts, 'tls');
  if (said === undefined) return [];
  const name = 'tls';
  const certificate = facts.get('certificate') ?? [];
  const data = { certificate };
  if (said === 'none' || certificate.length === 0) {
    const text = 'the server does not offer TLS';
    const hint = `turn it on there; without it everyone on the way can read along (tls: disable allows that)`;
    return [{ name, level: 'fail', text, hint, data }];
  }
  const [code = '', ...words] = said.split(' ');
  const shown = certificate.join(', ');
  if (code === '0') return [{ name, level: 'ok', text: shown, data: { ...data, code } }];
  const reason = words.join(' ').replace(/^\((.*)\)$/, '$1');
  const text = `its certificate is not trusted: ${reason} (${shown})`;
  const checks = tls.startsWith('verify');
  const hint = checks ? TLS_HINTS[code] : 'tls: verify-full would refuse it';
  return [
    {
      ...{ name, level: checks ? 'fail' : 'warn', text, data: { ...data, code } },
      ...(hint !== undefined && { hint }),
    },
  ];
}

/** By words that an English server has; they only choose the hint. */
const LOGIN_HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /password authentication failed/,
    'correct the user or the password (by default the secrets db_username and db_password)',
  ],
  [/no password supplied|fe_sendauth/, 'the password is empty: secret db_password'],
  [
    /database ".*" does not exist/,
    'create it, or correct its name (by default the secret db_name)',
  ],
  [/role ".*" does not exist/, 'create it, or correct it (by default the secret db_username)'],
  [
    /no pg_hba.conf entry/,
    'the server lets no such login in: allow the address of this host, the role and the database there',
  ],
  [/server certificate for ".*" does not match host name/, 'use the name that the certificate has'],
  [
    /certificate verify failed|root certificate file/,
    "name the provider's CA: postgres: { ca: <file> }",
  ],
  [/does not support SSL/, 'turn TLS on there'],
  [
    /too many (clients|connections)|remaining connection slots/,
    'all connections are in use: see who holds them, or allow more',
  ],
  [/is starting up|is shutting down|not yet accepting/, 'wait until it has started'],
];

function judgeLogin(facts: Facts): readonly Finding[] {
  const name = 'login';
  const failed = first(facts, 'login');
  if (failed !== undefined) {
    const [status = '', ...words] = failed.split(' ');
    const said = words.join(' ');
    const hint = LOGIN_HINTS.find(([pattern]) => pattern.test(said))?.[1];
    const text = status === '124' ? 'the server takes too long to answer' : `refused: ${said}`;
    return [
      { ...{ name, level: 'fail', text, data: { status } }, ...(hint !== undefined && { hint }) },
    ];
  }
  const version = first(facts, 'version');
  if (version === undefined) return [];
  const encrypted = first(facts, 'encrypted');
  const how = encrypted === 'no' || encrypted === undefined ? 'without TLS' : `by ${encrypted}`;
  const { role, database } = session(facts);
  const text = `as ${role} to ${database}, ${how}`;
  return [{ name, level: 'ok', text, data: { encrypted } }];
}

/** The names as the server has them. */
function session(facts: Facts): { readonly role: string; readonly database: string } {
  const said: unknown = JSON.parse(first(facts, 'session') ?? '{}');
  const of = (key: string): string => (isRecord(said) ? String(said[key]) : '');
  return { role: of('role'), database: of('database') };
}

function judgeServer(facts: Facts, expected: Expected): readonly Finding[] {
  const version = first(facts, 'version');
  if (version === undefined) return [];
  const [number = '', ...words] = version.split(' ');
  const size = Number(first(facts, 'size') ?? 0);
  return [
    {
      ...{ name: 'version', level: 'ok', text: words.join(' ') },
      data: { version: Number(number), bytes: size },
    },
    judgeRights(facts, expected),
    judgeLatency(facts),
    ...judgeConnections(facts),
  ];
}

function judgeRights(facts: Facts, { mode, admin }: Expected): Finding {
  const rights = facts.get('right') ?? [];
  const has = (one: string): boolean => rights.includes(one);
  const about = { name: 'rights', data: { rights } };
  const { role } = session(facts);
  if (has('replica') || has('read-only')) {
    const text = has('replica') ? 'this is a read-only replica' : 'it is read-only';
    const hint = 'connect to the primary server';
    return { ...about, level: 'fail', text, hint };
  }
  if (!has('public') && !has('create')) {
    const text = `${role} may create no tables: migrations fail`;
    const hint = `as the owner of the database: GRANT CREATE ON SCHEMA public TO "<role>"`;
    return { ...about, level: 'fail', text, hint };
  }
  if (has('superuser')) {
    const text = `${role} is a superuser: whoever breaks into the application owns the server`;
    const hint = 'give the application a role of its own';
    return { ...about, level: 'warn', text, hint };
  }
  // With mode local, the superuser of the host does it.
  const restores = has('createdb') || admin || mode === 'local';
  const text = `${role} may migrate${restores ? '' : ', but cannot restore: it may create no databases'}`;
  if (restores) return { ...about, level: 'ok', text };
  const hint = 'ALTER ROLE "<role>" CREATEDB, or add: postgres: { admin: { user, password } }';
  return { ...about, level: 'warn', text, hint };
}

function judgeLatency(facts: Facts): Finding {
  const times = (facts.get('Time') ?? [])
    .map((text) => Number.parseFloat(text))
    .sort((a, b) => a - b);
  const median = times[Math.floor(times.length / 2)] ?? 0;
  const about = { name: 'latency', data: { milliseconds: median } };
  const text = `${median.toFixed(2)} ms for one query and back`;
  if (median < SLOW_MILLISECONDS) return { ...about, level: 'ok', text };
  const hint = 'a page with ten queries waits ten times as long: move the two closer together';
  return { ...about, level: 'warn', text, hint };
}

function judgeConnections(facts: Facts): readonly Finding[] {
  const [all = 0, most = 0, own = 0, ownMost = -1, here = 0, hereMost = -1] = (
    first(facts, 'connections') ?? ''
  )
    .split(' ')
    .map(Number);
  const limits = [
    { used: all, allowed: most, whose: 'of the server' },
    { used: own, allowed: ownMost, whose: 'of the role' },
    { used: here, allowed: hereMost, whose: 'of the database' },
  ].filter(({ allowed }) => allowed >= 0);
  const [closest] = [...limits].sort((a, b) => b.used / b.allowed - a.used / a.allowed);
  if (!closest) return [];
  const about = { name: 'connections', data: { limits } };
  const text = limits
    .map(({ used, allowed, whose }) => `${String(used)} of ${String(allowed)} ${whose}`)
    .join(', ');
  if (closest.used < closest.allowed * MANY_CONNECTIONS) return [{ ...about, level: 'ok', text }];
  const hint = 'a deployment needs twice as many for a while: use fewer in the pool, or allow more';
  return [{ ...about, level: 'warn', text, hint }];
}
