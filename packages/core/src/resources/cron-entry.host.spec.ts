import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connection, sh } from '@fairness-deploy/shell';
import { checkResourceContract } from '../testing/resource-contract.js';
import { cronEntry } from './cron-entry.js';

let test: TestHost;
let connection: Connection;

beforeAll(async () => {
  test = await startTestHost('cron');
  connection = await test.connect();
});
afterAll(async () => {
  await connection.close();
  await test.stop();
});

describe('cronEntry() on a host', () => {
  it('lives as a resource does', async () => {
    await checkResourceContract({
      run: (script) => connection.run(script),
      resource: cronEntry({ name: 'test', schedule: '@daily', command: 'date +%s >/dev/null' }),
      drift: sh`rm /etc/cron.d/test`,
      changed: cronEntry({
        name: 'test',
        schedule: '*/5 1-3 * jan mon',
        user: 'daemon',
        command: 'true',
      }),
      absent: cronEntry({ name: 'test' }, { ensure: 'absent' }),
    });
  });

  it(
    'is run by cron, its percent signs as they are, and finds commands of an administrator',
    { timeout: 150_000 },
    async () => {
      const entry = cronEntry({
        name: 'each-minute',
        schedule: '* * * * *',
        command: "printf '%s %s' '50%' \"$PATH\" >/run/cron-ran",
      });
      await connection.run(sh`set -eu; ${entry.plan('')?.apply ?? sh`false`}`);
      const { stdout } = await connection.run(sh`
      for fd_try in $(seq 130); do
        [ -s /run/cron-ran ] && break
        sleep 1
      done
      cat /run/cron-ran`);
      expect(stdout.toString()).toBe(
        '50% /usr/local/sbin:/usr/local/bin:/sbin:/bin:/usr/sbin:/usr/bin',
      );
    },
  );
});
