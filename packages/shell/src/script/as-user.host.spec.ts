import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Connection } from '../transport/transport.js';
import { asUser } from './as-user.js';
import { sh } from './sh.js';

let test: TestHost;
let connection: Connection;

beforeAll(async () => {
  test = await startTestHost('as-user');
  connection = await test.connect();
});
afterAll(async () => {
  await connection.close();
  await test.stop();
});

it('asUser() ends at its deadline all that the script runs', async () => {
  await connection.run(sh`useradd -m shop`);
  const slow = asUser('shop', sh`sh -c 'sleep 300; :'; echo never`, 1);
  expect(await connection.run(slow)).toMatchObject({ status: 124, stdout: Buffer.of() });
  const left = await connection.run(sh`pgrep -lu shop`);
  expect(left.stdout.toString()).toBe('');
});
