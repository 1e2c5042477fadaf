import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { sh } from '@fairness-deploy/shell';
import { childEnvironment } from '@fairness-deploy/shell/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DATABASE_PASSWORD, prepareDatabaseHost } from './database-host.js';

const run = promisify(execFile);
const EXAMPLE = join(__dirname, '../../../../examples/demo');
const LEFT_OUT = ['node_modules', 'dist'];

let test: TestHost;
const folder = mkdtempSync(join(tmpdir(), 'fairness-deploy-demo-'));

beforeAll(async () => {
  test = await startTestHost('postgres-demo');
  const host = await prepareDatabaseHost(await test.connect());
  await host.run(sh`
    cd /etc/postgresql/*/main
    printf '%s\n' "listen_addresses = '*'" >conf.d/test.conf
    printf '%s\n' 'host all all samenet scram-sha-256' >>pg_hba.conf
    systemctl restart postgresql`);
  cpSync(EXAMPLE, folder, {
    recursive: true,
    filter: (path) => !LEFT_OUT.includes(basename(path)),
  });
}, 180_000);
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await test.stop();
});

it('the example passes its own tests with a database, and migrates it by its lock file alone', async () => {
  const env = {
    ...childEnvironment(),
    ...{ DB_HOST: test.host.address, DB_USERNAME: 'shop', DB_NAME: 'shop' },
    DB_PASSWORD: DATABASE_PASSWORD,
  };
  await run('npm', ['ci'], { cwd: folder, env });
  const { stdout } = await run('npm', ['test'], { cwd: folder, env, maxBuffer: 1 << 26 });
  expect(stdout).toMatch(/^# fail 0$/m);
  expect(stdout).toMatch(/^# skipped 0$/m);
}, 300_000);
