import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandWorkspace } from '@fairness-deploy/core/testing';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { sh } from '@fairness-deploy/shell';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseManifest } from '../backup/manifest.js';
import { backupFolder } from '../backup/paths.js';
import {
  APPLICATION,
  DATABASE_VARIABLES,
  prepareDatabaseHost,
  type DatabaseHost,
} from '../testing/database-host.js';

const FOLDER = backupFolder('shop');

let test: TestHost;
let host: DatabaseHost;
const workspace = new CommandWorkspace(DATABASE_VARIABLES);

beforeAll(async () => {
  test = await startTestHost('postgres-commands');
  host = await prepareDatabaseHost(await test.connect());
  await host.sql(
    `set role shop; create table shops as select n, md5(n::text) from generate_series(1, 100000) n`,
  );
  describeHost({ schedule: 'daily' });
  expect(await command('provision', '--yes')).toMatch(/^0\n/);
});
afterAll(async () => {
  await test.stop();
  workspace.dispose();
});

/** Writes the environment. */
function describeHost(backups: object): void {
  workspace.describe(
    'prod',
    { web: test },
    {
      application: APPLICATION,
      postgres: {
        ...{ mode: 'managed', host: '127.0.0.1', port: 5432, user: 'shop', database: 'shop' },
        ...{ tls: 'disable', backups },
      },
    },
  );
}

const command = (name: string, ...words: readonly string[]) =>
  workspace.runAsText(name, 'prod', ...words);

describe('db-backup and db-backups', () => {
  it('make one on the host, and list it', async () => {
    expect(await command('db-backup', '--reason=before the sale')).toMatch(
      /^0\n[^]*backup \d{8}T\d{6}-\w{6} of shop, \d+ bytes/,
    );
    expect(await command('db-backups')).toMatch(
      /^0\n[^]*backup +age +size +place +reason\n[^]*\d{8}T\d{6}-\w{6} +\d+ seconds? +\S+ MB +plain +host +before the sale\n[^]*1 backups?/,
    );
    expect(await command('status')).toMatch(/backup: the newest backup is \d+ seconds? old/);
    expect(await command('plan')).toMatch(/nothing to change/);
  });

  it('stream one to a file here, which only its owner reads', async () => {
    expect(await command('db-backup', '--to=client', '--file=here.dump')).toMatch(
      /^0\n[^]*MB in .*here\.dump/,
    );
    const file = join(workspace.folder, 'here.dump');
    expect(readFileSync(file).subarray(0, 5).toString()).toBe('PGDMP');
    const manifest = parseManifest(readFileSync(`${file}.manifest`, 'utf8'));
    expect([manifest.bytes, manifest.tables]).toEqual([
      readFileSync(file).length,
      [{ name: 'public.shops', rows: 100_000, sample: expect.any(String) as string }],
    ]);
    expect(await command('db-backup', '--to=client', '--file=here.dump')).toMatch(
      /^1\n[^]*it is there already/,
    );
    expect(await command('db-backup', '--to=client')).toMatch(
      /^0\n[^]*MB in .*backups\/prod\/\d{8}T\d{6}\.dump/,
    );
    expect(readFileSync(join(workspace.folder, 'backups/.gitignore'), 'utf8')).toContain('*');
    expect(await host.run(sh`ls -A ${FOLDER} | grep -e client -e part || :`)).toBe('');
  });

  it('leave nothing that counts when the client is lost, or the disk here is full', async () => {
    await host.run(sh`
      ( printf 'begin; lock table shops; select pg_sleep(600);\n' | runuser -u postgres -- psql -Xqd shop >/dev/null 2>&1 & )
      until runuser -u postgres -- psql -XqAtd shop -c "select 1 from pg_locks where mode = 'AccessExclusiveLock' and granted and relation = 'shops'::regclass" | grep -q 1; do sleep 0.1; done`);
    const client = workspace.start('db-backup', 'prod', '--to=client', '--file=lost.dump');
    await host.run(sh`until pgrep -u shop -x pg_dump >/dev/null; do sleep 0.1; done`);
    client.kill('SIGKILL');
    // pg_dump gets its lock, writes, and finds nobody.
    await host.run(sh`
      runuser -u postgres -- psql -XqAtd shop -c "select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep(600)%' and pid <> pg_backend_pid()" >/dev/null
      until ! pgrep -u shop -x pg_dump >/dev/null; do sleep 0.1; done`);
    expect(existsSync(join(workspace.folder, 'lost.dump'))).toBe(false);
    expect(await command('db-backup', '--to=client', '--file=/dev/full/x')).toMatch(
      /^1\n[^]*Cannot write \/dev\/full\/x\.part/,
    );
    expect(await command('db-backup')).toMatch(/^0\n/);
    expect(
      await host.run(
        sh`ls -A ${FOLDER} /run | grep -e client -e part -e fairness-deploy-backup || :`,
      ),
    ).toBe('');
    expect(await command('db-backups')).toMatch(/2 backups/);
  });

  it('say so when the disk here is full in the middle', async () => {
    const disk = join(workspace.folder, 'disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk]);
    try {
      expect(await command('db-backup', '--to=client', '--file=disk/x.dump')).toMatch(
        /^1\n[^]*Cannot write .*disk\/x\.dump\.part: the disk is full/,
      );
      expect(readdirSync(disk)).toEqual([]);
    } finally {
      execFileSync('umount', [disk]);
    }
    await host.run(sh`until ! pgrep -u shop -x pg_dump >/dev/null; do sleep 0.1; done`);
  });

  it('encrypt what comes here, too', async () => {
    const key = join(workspace.folder, 'key');
    execFileSync('age-keygen', ['-o', key], { stdio: 'ignore' });
    const recipient = execFileSync('age-keygen', ['-y', key]).toString().trim();
    describeHost({ encrypt: true, recipients: [recipient] });
    expect(await command('provision', '--yes')).toMatch(/^0\n/);
    expect(await command('db-backup', '--to=client', '--file=here.dump.age')).toMatch(/^0\n/);
    const plain = execFileSync('age', ['-d', '-i', key, join(workspace.folder, 'here.dump.age')], {
      maxBuffer: 1e9,
    });
    expect(plain.subarray(0, 5).toString()).toBe('PGDMP');
    expect(
      await host.run(sh`systemctl list-timers --all --plain | grep -c shop-postgres || :`),
    ).toBe('0\n');
  });
});
