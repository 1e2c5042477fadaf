import type { Finding } from '@fairness-deploy/core';
import { quoteIdentifier } from '../connection/quote-sql.js';
import { first, session, type Expected, type Facts } from './facts.js';

/** Milliseconds of a query that a person notices, when a page needs some ten of them. */
const SLOW_MILLISECONDS = 20;

/** The share of the connections in use from which the next deployment may find none. */
const MANY_CONNECTIONS = 0.8;

/** The findings of a session: the login, and what the server and the role are. Pure. */
export function judgeSession(facts: Facts, expected: Expected): readonly Finding[] {
  return [...judgeLogin(facts), ...judgeServer(facts, expected)];
}

/** By words of a server that speaks English: they choose the hint, and nothing else. */
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
    const hint = `as the owner of the database: GRANT CREATE ON SCHEMA public TO ${quoted(role)}`;
    return { ...about, level: 'fail', text, hint };
  }
  if (has('superuser')) {
    const text = `${role} is a superuser: a hole in the application is one in the whole server`;
    const hint = 'give the application a role of its own';
    return { ...about, level: 'warn', text, hint };
  }
  // With mode local, the superuser of the host does it.
  const restores = has('createdb') || admin || mode === 'local';
  const text = `${role} may migrate${restores ? '' : ', but cannot restore: it may create no databases'}`;
  if (restores) return { ...about, level: 'ok', text };
  const hint = `ALTER ROLE ${quoted(role)} CREATEDB; or add the login of another role: postgres: { admin: { user: …, password: … } }`;
  return { ...about, level: 'warn', text, hint };
}

/** The role, as SQL for a hint. */
function quoted(role: string): string {
  return quoteIdentifier(role).reveal();
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
