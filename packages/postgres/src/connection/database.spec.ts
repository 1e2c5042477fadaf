import { Secret } from '@fairness-deploy/shell/secret';
import { z } from '@fairness-deploy/core';
import { describe, expect, it } from 'vitest';
import { neededSecrets } from '../section/needed-secrets.js';
import { sectionSchema } from '../section/section.js';
import { databaseOf, directDatabase } from './database.js';
import { databaseUrl } from './database-url.js';

const parse = (section: object) => z.parse(sectionSchema, section);
/** Each secret has its own name as value, between marks. */
const contextOf = (section: object) => ({
  section: parse(section),
  application: 'shop',
  secret: (name: string) => new Secret(name, `<${name}>`),
});
const shown = ({ host, port, user, password, name, tls, ca }: ReturnType<typeof databaseOf>) =>
  [
    `${user.reveal()}:${password.reveal()}@${host.reveal()}:${port.reveal()}/${name.reveal()}`,
    ...[tls, ...(ca === undefined ? [] : [ca])],
  ].join(' ');

it.each<readonly [object, readonly string[], string]>([
  [
    { mode: 'managed' },
    ['db_host', 'db_port', 'db_username', 'db_password', 'db_name'],
    '<db_username>:<db_password>@<db_host>:<db_port>/<db_name> verify-full',
  ],
  [
    { mode: 'managed', host: 'db.test', port: '25060', tls: 'require', ca: 'ca.pem' },
    ['db_username', 'db_password', 'db_name'],
    '<db_username>:<db_password>@db.test:25060/<db_name> require /etc/fairness-deploy/shop/postgres/ca.pem',
  ],
  [{ mode: 'local' }, ['db_password'], 'shop:<db_password>@127.0.0.1:5432/shop disable'],
  [
    { mode: 'local', user: 'u', password: 'p', database: 'd', host: '10.0.0.5', tls: 'verify-ca' },
    [],
    'u:p@10.0.0.5:5432/d verify-ca',
  ],
  [
    { mode: 'tunnel' },
    ['db_username', 'db_password', 'db_name'],
    '<db_username>:<db_password>@127.0.0.1:5432/<db_name> disable',
  ],
  [
    { mode: 'tunnel', port: '6543', user: 'docker', password: 'docker' },
    ['db_name'],
    'docker:docker@127.0.0.1:6543/<db_name> disable',
  ],
])('databaseOf() and neededSecrets() of %j', (section, secrets, database) => {
  expect(neededSecrets(parse(section)).map(({ name }) => name)).toEqual(secrets);
  expect(shown(databaseOf(contextOf(section)))).toBe(database);
});

it('neededSecrets() says how many random bytes make a password that we choose', () => {
  const bytes = (mode: string) =>
    neededSecrets(parse({ mode })).find(({ name }) => name === 'db_password')?.bytes;
  expect([bytes('local'), bytes('managed'), bytes('tunnel')]).toEqual([24, undefined, undefined]);
});

it('databaseOf() refuses a local database without a name for it', () => {
  const context = { ...contextOf({ mode: 'local' }), application: undefined };
  expect(() => databaseOf(context)).toThrow(/the application has no name/);
});

it('directDatabase() is the server behind a pooler, key by key', () => {
  const pooled = { mode: 'managed', host: 'pool.test', port: '6432' };
  const direct = (more: object) => shown(directDatabase(contextOf({ ...pooled, ...more })));
  expect(direct({})).toContain('@pool.test:6432/');
  expect(direct({ direct: { port: '5432' } })).toContain('@pool.test:5432/');
  expect(direct({ direct: { host: 'db.test', port: '5432' } })).toContain('@db.test:5432/');
});

describe('databaseUrl()', () => {
  it.each<readonly [object, string]>([
    [
      { user: 'shop', password: 'secret', database: 'shop' },
      'postgresql://shop:secret@127.0.0.1:5432/shop?sslmode=disable',
    ],
    [
      { user: 'a b', password: "p@ss:/?#[]%'()*!é", database: 'x/y' },
      'postgresql://a%20b:p%40ss%3A%2F%3F%23%5B%5D%25%27%28%29%2A%21%C3%A9@127.0.0.1:5432/x%2Fy?sslmode=disable',
    ],
    [
      { host: '2001:db8::5', password: 'p', tls: 'verify-full', ca: 'ca.pem' },
      'postgresql://shop:p@[2001:db8::5]:5432/shop?sslmode=verify-full&sslrootcert=/etc/fairness-deploy/shop/postgres/ca.pem',
    ],
  ])('of %j', (section, url) => {
    expect(databaseUrl(databaseOf(contextOf({ mode: 'local', ...section }))).reveal()).toBe(url);
  });

  it('shows no secret', () => {
    expect(String(databaseUrl(databaseOf(contextOf({ mode: 'managed' }))))).toBe(
      'postgresql://***:***@***:***/***?sslmode=verify-full',
    );
  });
});
