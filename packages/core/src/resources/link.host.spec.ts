import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type Connection, sh } from '@fairness-deploy/shell';
import { checkResourceContract } from '../testing/resource-contract.js';
import { link } from './link.js';

let test: TestHost;
let connection: Connection;

beforeAll(async () => {
  test = await startTestHost('link');
  connection = await test.connect();
});
afterAll(async () => {
  await connection.close();
  await test.stop();
});

describe('link() on a host', () => {
  it('lives as a resource does', async () => {
    const path = '/srv/link';
    await checkResourceContract({
      run: (script) => connection.run(script),
      resource: link({ path, target: '/etc' }),
      drift: sh`ln -sfn /usr ${path}`,
      changed: link({ path, target: '../no where' }),
      absent: link({ path }, { ensure: 'absent' }),
    });
  });
});
