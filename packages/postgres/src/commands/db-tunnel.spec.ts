import { Secret } from '@fairness-deploy/shell/secret';
import { z } from '@fairness-deploy/core';
import { expect, it } from 'vitest';
import { directDatabase } from '../connection/database.js';
import { sectionSchema } from '../section/section.js';
import { tunnelOf } from './db-tunnel.js';

it.each<readonly [object, ReturnType<typeof tunnelOf>]>([
  [
    { mode: 'managed', host: 'pool.test', port: '6432', direct: { host: 'db.test', port: '5433' } },
    { on: 'client', port: 15_432, to: { host: 'db.test', port: 5433 } },
  ],
  [{ mode: 'local' }, { on: 'client', port: 15_432, to: { host: '127.0.0.1', port: 5432 } }],
])('tunnelOf() %j', (given, tunnel) => {
  const section = z.parse(sectionSchema, given);
  const secret = (name: string) => new Secret(name, name);
  const database = directDatabase({ section, application: 'shop', secret });
  expect(tunnelOf(database, 15_432)).toEqual(tunnel);
});
