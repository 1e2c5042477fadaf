import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connection, sh } from '@fairness-deploy/shell';
import { checkResourceContract } from '../testing/resource-contract.js';
import { directory } from './directory.js';

let test: TestHost;
let connection: Connection;

beforeAll(async () => {
  test = await startTestHost('directory');
  connection = await test.connect();
});
afterAll(async () => {
  await connection.close();
  await test.stop();
});

describe('directory() on a host', () => {
  it('lives as a resource does', async () => {
    const path = '/srv/a folder';
    await checkResourceContract({
      run: (script) => connection.run(script),
      resource: directory({ path, owner: 'daemon' }),
      drift: sh`rmdir ${path}`,
      changed: directory({ path, mode: '1777' }),
      absent: directory({ path }, { ensure: 'absent' }),
    });
  });

  it('takes what is in it along only when told', async () => {
    await connection.run(sh`mkdir -p /srv/full/in`);
    const safe = directory({ path: '/srv/full' }, { ensure: 'absent' });
    const output = (await connection.run(safe.read)).stdout.toString();
    const { status, stderr } = await connection.run(
      sh`set -eu; ${safe.plan(output)?.apply ?? sh`true`}`,
    );
    expect(status).not.toBe(0);
    expect(stderr).toContain('not empty');
  });
});
