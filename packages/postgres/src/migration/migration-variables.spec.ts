import { Secret, Text } from '@fairness-deploy/shell/secret';
import { expect, it } from 'vitest';
import { z } from '@fairness-deploy/core';
import { databaseOf } from '../connection/database.js';
import { databaseUrl } from '../connection/database-url.js';
import { sectionSchema } from '../section/section.js';
import { migrationVariables } from './migration-variables.js';

const contextOf = (more: Readonly<Record<string, unknown>> = {}) => ({
  section: z.parse(sectionSchema, {
    ...{ mode: 'managed', host: 'pool.example', port: '6432', user: 'shop', database: 'shop' },
    ...{ tls: 'require', ...more },
  }),
  application: 'shop',
  secret: (name: string) => new Secret(name, 'p%w'),
});

const CONNECTION = {
  ...{ PGHOST: 'pool.example', PGPORT: '6432', PGUSER: 'shop', PGPASSWORD: 'p%w' },
  ...{ PGDATABASE: 'shop', PGSSLMODE: 'require' },
};
const OPTIONS = '-c lock_timeout=5000 -c statement_timeout=300000';
const revealed = (variables: Readonly<Record<string, Text>>) =>
  Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, value.reveal()]));

it('migrationVariables() limit the sessions, in milliseconds', () => {
  expect(revealed(migrationVariables(contextOf(), {}))).toEqual({
    ...CONNECTION,
    PGOPTIONS: OPTIONS,
  });
  const migrations = { lockTimeout: 0.25, statementTimeout: 60 };
  expect(revealed(migrationVariables(contextOf({ migrations }), {}))).toEqual({
    ...CONNECTION,
    PGOPTIONS: '-c lock_timeout=250 -c statement_timeout=60000',
  });
});

it('migrationVariables() keep the options of the application, before their own', () => {
  const env = { PGOPTIONS: Text.of('-c search_path=shop') };
  expect(revealed(migrationVariables(contextOf(), env))).toEqual({
    ...CONNECTION,
    PGOPTIONS: `-c search_path=shop ${OPTIONS}`,
  });
});

it('migrationVariables() give a URL of the database the limits, and the server behind a pooler', () => {
  const context = contextOf({ direct: { host: 'db.example', port: '5432' } });
  const { host, port } = databaseOf(context);
  const env = {
    DATABASE_URL: databaseUrl(databaseOf(context)),
    ...{ DB_HOST: host, DB_PORT: port, CACHE_SIZE: Text.of('6432') },
    ...{ OTHER_HOST: Text.of('other.example'), NAME: Text.of('pool.example') },
  };
  const variables = migrationVariables(context, env);
  expect(revealed(variables)).toEqual({
    ...{ ...CONNECTION, PGHOST: 'db.example', PGPORT: '5432' },
    DATABASE_URL:
      'postgresql://shop:p%25w@db.example:5432/shop?sslmode=require&options=-c%20lock_timeout%3D5000%20-c%20statement_timeout%3D300000',
    ...{ DB_HOST: 'db.example', DB_PORT: '5432', PGOPTIONS: OPTIONS },
  });
  expect(String(variables['DATABASE_URL'])).not.toContain('p%25w');
});

it('migrationVariables() leave the connection of the application alone', () => {
  const { PGHOST, PGPASSWORD } = migrationVariables(contextOf(), {
    PGHOST: Text.of('own.example'),
  });
  expect(PGHOST).toBeUndefined();
  expect(String(PGPASSWORD)).toBe('***');
});
