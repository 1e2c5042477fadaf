import { CommandWorkspace } from '@fairness-deploy/core/testing';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { sh } from '@fairness-deploy/shell';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { backupFolder } from '../backup/paths.js';
import {
  APPLICATION,
  DATABASE_VARIABLES,
  prepareDatabaseHost,
  type DatabaseHost,
} from '../testing/database-host.js';

const FOLDER = backupFolder('shop');
const workspace = new CommandWorkspace(DATABASE_VARIABLES);
let test: TestHost;
let host: DatabaseHost;

beforeAll(async () => {
  test = await startTestHost('postgres-restore-commands');
  host = await prepareDatabaseHost(await test.connect());
  await host.sql(
    `set role shop; create table shops (n int primary key, word text); insert into shops select n, md5(n::text) from generate_series(1, 200000) n`,
  );
  workspace.describe(
    'prod',
    { web: test },
    { application: APPLICATION, postgres: { mode: 'local', backups: {} } },
  );
  expect(await run('provision', '--yes')).toMatch(/^0\n/);
});
afterAll(async () => {
  await test.stop();
  workspace.dispose();
});

const run = (name: string, ...words: readonly string[]) =>
  workspace.runAsText(name, 'prod', ...words);
const databases = () =>
  host.sql(`select datname from pg_database where datname like 'shop%' order by 1`);
const rows = async () => (await host.sql('select count(*) from shops')).trim();

/** Makes a backup. @returns its id */
async function backUp(): Promise<string> {
  const said = await run('db-backup');
  return /backup (\S+) of shop/.exec(said)?.[1] ?? said;
}

/** Drops what restores have kept. */
async function forgetFormer(): Promise<void> {
  for (const name of (await databases()).trim().split('\n').slice(1)) {
    await host.sql(`drop database "${name}" with (force)`, 'postgres');
  }
}

describe('db-restore', () => {
  afterEach(forgetFormer);

  it('says that there is no backup, and which there are', async () => {
    expect(await run('db-restore', '--yes')).toMatch(
      /^1\n[^]*Cannot choose a backup: there is none of prod\n[^]*npx nx run prod:db-backup/,
    );
    const id = await backUp();
    expect(await run('db-restore', '--yes', '--backup=20260101T000000-abcdef')).toMatch(
      new RegExp(`^1\\n[^]*there is no such backup of prod[^]*--backup ${id}`),
    );
    expect(await run('db-restore')).toMatch(/^1\n[^]*waits for approval[^]*--yes/);
  });

  it('brings back what was there, and keeps what is', async () => {
    const id = await backUp();
    await host.sql('delete from shops where n > 10');
    expect(await run('db-restore', '--yes', `--backup=${id}`)).toMatch(
      /^0\n[^]*The former database is shop_before_\d{8}t\d{6}[^]*DROP DATABASE "shop_before_/,
    );
    expect(await rows()).toBe('200000');
    expect(await run('status')).toMatch(/databases beside it: shop_before_\d{8}t\d{6} \(/);
  });

  it('takes a file of db-backup --to=client, which is no backup of the host then', async () => {
    expect(await run('db-backup', '--to=client', '--file=here.dump')).toMatch(/^0\n/);
    const listed = await run('db-backups');
    await host.sql('delete from shops where n > 10');
    expect(await run('db-restore', '--yes', '--file=here.dump')).toMatch(/^0\n/);
    expect(await rows()).toBe('200000');
    const ids = (text: string) => text.match(/\d{8}T\d{6}-\w{6}/g);
    expect(ids(await run('db-backups'))).toEqual(ids(listed));
    expect(await host.run(sh`ls ${FOLDER} | grep received || :`)).toBe('');
    expect(await run('db-restore', '--yes', '--file=no.dump')).toMatch(
      /^1\n[^]*there is no file .*no\.dump/,
    );
  });

  it('leaves the database as it is when its connection is lost', async () => {
    await host.sql('update shops set word = null where n = 1');
    const ended = host.sql(
      `do $$begin
        for i in 1..6000 loop
          perform pg_stat_clear_snapshot();
          perform pg_terminate_backend(pid) from pg_stat_activity
            where datname like 'shop_restore_%' and query ilike 'copy%';
          exit when found;
          perform pg_sleep(0.01);
        end loop;
      end$$`,
      'postgres',
    );
    expect(await run('db-restore', '--yes')).toMatch(/^1\n[^]*the step "restore \S+" failed/);
    await ended;
    expect(await databases()).toBe('shop\n');
    expect(await host.sql('select word from shops where n = 1')).toBe('\n');
  });

  it('goes on without its client', async () => {
    const client = workspace.start('db-restore', 'prod', '--yes');
    await host.run(sh`
      until runuser -u postgres -- psql -XqAtc "select 1 from pg_database where datname like 'shop_restore_%'" | grep -q 1; do sleep 0.05; done`);
    client.kill('SIGKILL');
    await expect.poll(databases, { timeout: 60_000 }).toMatch(/^shop\nshop_before_\d{8}t\d{6}\n$/);
    expect(await host.sql('select word is null from shops where n = 1')).toBe('f\n');
  });
});

describe('db-drill', () => {
  it('fails on a damaged backup, says what is damaged, and status tells', async () => {
    const id = await backUp();
    await host.run(
      sh`printf X | dd of=${`${FOLDER}/${id}.dump`} bs=1 seek=90000 conv=notrunc 2>/dev/null`,
    );
    expect(await run('db-drill')).toMatch(
      new RegExp(`^1\\n[^]*Cannot read the backup ${id} of shop: its file is damaged`),
    );
    expect(await run('status')).toMatch(new RegExp(`^1\\n[^]*drill: failed today, of ${id}`));
    expect(await databases()).toBe('shop\n');
    await host.run(sh`truncate -s 1000 ${`${FOLDER}/${id}.dump`}`);
    expect(await run('db-drill')).toMatch(
      /^1\n[^]*its file has 1000 bytes of \d+: it is not whole/,
    );
  });

  it('succeeds on a good one, and leaves nothing', async () => {
    const id = await backUp();
    expect(await run('db-drill')).toMatch(
      /^0\n[^]*The application is not asked for its health: no release is live/,
    );
    expect(await run('status')).toMatch(
      new RegExp(`^0\\n[^]*drill: succeeded today, of ${id}; the application was not asked`),
    );
    expect(await databases()).toBe('shop\n');
  });
});
