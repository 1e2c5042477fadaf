import { describe, expect, it } from 'vitest';
import type { Expected } from './facts.js';
import { judgeDatabase } from './judge-database.js';

const expected: Expected = {
  mode: 'managed',
  tls: 'verify-full',
  environment: 'prod',
  admin: false,
};

const REACHED = `\
target 25060 db.provider.test
name 192.0.2.7 192.0.2.8
port open
tls 0 (ok)
certificate subject=CN = db.provider.test
certificate issuer=CN = Provider CA
certificate notAfter=Jan  1 00:00:00 2030 GMT
`;
const LOGGED_IN = `\
session {"role" : "shop", "database" : "shop"}
version 150018 15.18 (Debian 15.18-0+deb12u1)
encrypted TLSv1.3
connections 7 97 3 -1 4 -1
right public
right createdb
size 7500000
Time: 0.310 ms
Time: 0.290 ms
Time: 0.305 ms
`;

const shown = (output: string, of: Partial<Expected> = {}) =>
  judgeDatabase(output, { ...expected, ...of }).map(
    ({ name, level, text, hint }) =>
      `${level} ${name}: ${text}${hint === undefined ? '' : ` → ${hint}`}`,
  );

describe('judgeDatabase()', () => {
  it('says what each layer found', () => {
    expect(shown(REACHED + LOGGED_IN)).toEqual([
      'ok name: 192.0.2.7, 192.0.2.8',
      'ok port: port 25060 is open',
      'ok tls: subject=CN = db.provider.test, issuer=CN = Provider CA, notAfter=Jan  1 00:00:00 2030 GMT',
      'ok login: as shop to shop, by TLSv1.3',
      'ok version: 15.18 (Debian 15.18-0+deb12u1)',
      'ok rights: shop may migrate',
      'ok latency: 0.30 ms for one query and back',
      'ok connections: 7 of 97 of the server',
    ]);
  });

  it.each<readonly [string, Partial<Expected>, string]>([
    ['missing psql', {}, 'fail client: the program psql is missing → npx nx run prod:provision'],
    [
      'missing connection',
      {},
      'fail client: the host has no connection settings yet → npx nx run prod:provision',
    ],
    [
      'target 5432 db.test\nname unknown',
      {},
      'fail name: the host cannot resolve db.test → correct the host',
    ],
    ['target 5432 db.test\nport silent', {}, 'fail port: port 5432 does not answer → a firewall'],
    [
      'target 5432 db.test\nport closed Connection refused',
      {},
      'fail port: port 5432 is closed: Connection refused → see whether the server runs',
    ],
    [
      'target 5432 127.0.0.1\nport closed Connection refused',
      { mode: 'tunnel' },
      'fail port: port 5432 is closed: Connection refused → start your own PostgreSQL, and keep this running: npx nx run prod:db-tunnel',
    ],
    ['tls none', {}, 'fail tls: the server does not offer TLS → turn it on'],
    [
      'tls 10 (certificate has expired)\ncertificate notAfter=Jan  1',
      {},
      'fail tls: its certificate is not trusted: certificate has expired (notAfter=Jan  1) → the provider must renew it',
    ],
    [
      'tls 19 (self-signed certificate in certificate chain)\ncertificate subject=CN = x',
      {},
      "fail tls: its certificate is not trusted: self-signed certificate in certificate chain (subject=CN = x) → name the provider's CA",
    ],
    [
      'tls 18 (self-signed certificate)\ncertificate subject=CN = x',
      { tls: 'require' },
      'warn tls: its certificate is not trusted: self-signed certificate (subject=CN = x) → tls: verify-full would refuse it',
    ],
    [
      'login 2 psql: error: FATAL:  password authentication failed for user "shop"',
      {},
      'fail login: refused: psql: error: FATAL:  password authentication failed for user "shop" → correct the user or the password',
    ],
    ['login 124 ', {}, 'fail login: the server takes too long to answer'],
    ['login 2 FATAL:  Passwort falsch', {}, 'fail login: refused: FATAL:  Passwort falsch'],
  ])('finds %j', (output, of, message) => {
    expect(shown(output, of).at(-1)).toContain(message);
  });

  it.each<readonly [string, string, Partial<Expected>, string]>([
    [
      'right createdb\n',
      '',
      {},
      'warn rights: shop may migrate, but cannot restore: it may create no databases → ALTER ROLE "shop" CREATEDB; or add',
    ],
    ['right createdb\n', '', { mode: 'local' }, 'ok rights: shop may migrate'],
    ['right createdb\n', '', { admin: true }, 'ok rights: shop may migrate'],
    [
      'right public\n',
      '',
      {},
      'fail rights: shop may create no tables: migrations fail → as the owner of the database: GRANT CREATE ON SCHEMA public TO "shop"',
    ],
    ['right public\n', 'right replica\n', {}, 'fail rights: this is a read-only replica'],
    ['right public\n', 'right read-only\n', {}, 'fail rights: it is read-only'],
    ['right public\n', 'right public\nright superuser\n', {}, 'warn rights: shop is a superuser'],
    ['Time: 0.3', 'Time: 80.3', {}, 'ok latency: 0.30 ms'],
    ['Time: 0.3', 'Time: 80.3', {}, 'ok connections: 7 of 97'],
    ['connections 7 97', 'connections 90 97', {}, 'warn connections: 90 of 97 of the server'],
    [
      '3 -1 4 -1',
      '3 -1 4 5',
      {},
      'warn connections: 7 of 97 of the server, 4 of 5 of the database',
    ],
  ])('with %j as %j', (from, to, of, message) => {
    expect(shown(REACHED + LOGGED_IN.replace(from, to), of).join('\n')).toContain(message);
  });
});
