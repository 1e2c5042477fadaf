import { applyResources } from '@fairness-deploy/core/testing';
import { startTestHost } from '@fairness-deploy/sandbox/testing';
import type { CommandStep } from '@fairness-deploy/core/commands';
import { sh, type Connection } from '@fairness-deploy/shell';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listBackups, parseBackups, type StoredBackup } from '../backup/list-backups.js';
import { backupNow } from '../backup/make-backup.js';
import { backupFolder } from '../backup/paths.js';
import {
  databaseContext,
  DATABASE_PASSWORD,
  prepareDatabaseHost,
  type DatabaseHost,
} from '../testing/database-host.js';
import { connectionResources } from '../connection/connection-resources.js';
import { keptName, loadSteps, planRestore, swapStep } from './restore-steps.js';

let started: Awaited<ReturnType<typeof startTestHost>>;
let connection: Connection;
let host: DatabaseHost;
beforeAll(async () => {
  started = await startTestHost('postgres-restore');
  connection = await started.connect();
  host = await prepareDatabaseHost(connection);
  await host.run(sh`install -d -m 0700 ${backupFolder('shop')}`);
  await host.sql(`
    set role shop;
    create table members (id int primary key, name text not null);
    insert into members select n, 'member ' || n from generate_series(1, 1000) n;
    create table "Odd ' name" (at timestamptz default '2026-01-01', bytes bytea, big float8);
    insert into "Odd ' name" values (now(), '\\x00ff', 0.1 + 0.2);
    create schema foreign_things;
    create table foreign_things.own (id int primary key);
    create view lately as select * from members where id > 900;`);
  await host.sql(`create extension dblink schema foreign_things; create extension hstore`);
  await host.sql(`alter database shop set search_path to public, "a b"; create role reader;
    grant connect on database shop to reader; revoke connect on database shop from public;`);
});
afterAll(async () => {
  await connection.close();
  await started.stop();
});

let backup: StoredBackup;
beforeEach(async () => {
  await host.run(backupNow(host.context, 'test'));
  const [newest] = parseBackups(await host.run(listBackups(host.context)));
  if (!newest) throw new Error('there is no backup');
  backup = newest;
});

/** Runs steps as a job does, with the undos when one fails. */
async function runSteps(steps: readonly CommandStep[]): Promise<string> {
  const begun: CommandStep[] = [];
  const said: string[] = [];
  for (const step of steps) {
    begun.unshift(step);
    const { status, text, stderr } = await host.attempt(step.run);
    said.push(text);
    if (status === 0) continue;
    for (const { undo } of begun) if (undo) await host.run(undo);
    throw new Error(`${step.name}: ${stderr}`);
  }
  return said.join('');
}

const databases = () =>
  host.sql(`select datname from pg_database where datname like 'shop%' order by 1`);
const plan = (at = new Date()) => planRestore(host.context, backup, 'restore', at);

describe('a restore', () => {
  it('takes the place of the database, which is kept, with its rights and settings', async () => {
    await host.sql(`delete from members where id > 10; create table later ()`);
    const before = await host.sql(
      `select datacl, (select setconfig from pg_db_role_setting where setdatabase = d.oid) from pg_database d where datname = 'shop'`,
    );
    const restore = plan();
    const said = await runSteps([...loadSteps(restore), swapStep(restore)]);
    expect(said).toContain('3 tables are as in the backup');
    expect(await host.sql('select count(*), max(id) from members')).toBe('1000|1000\n');
    expect(await host.sql('select count(*) from lately')).toBe('100\n');
    expect(await host.sql(`select to_regclass('later')`)).toBe('\n');
    expect(await host.sql(`select count(*) from members`, keptName(restore).reveal())).toBe('10\n');
    expect(await databases()).toBe(`shop\n${keptName(restore).reveal()}\n`);
    expect(await host.sql(`select tableowner from pg_tables where tablename = 'members'`)).toBe(
      'shop\n',
    );
    const after = await host.sql(
      `select datacl, (select setconfig from pg_db_role_setting where setdatabase = d.oid) from pg_database d where datname = 'shop'`,
    );
    const sorted = (text: string) => text.replaceAll(/[{}]/g, '').trim().split(/[,|]/).sort();
    expect(sorted(after)).toEqual(sorted(before));
    await host.sql(`drop database ${keptName(restore).reveal()}`);
  });

  it('leaves nothing when the backup is damaged, and says so', async () => {
    await host.run(sh`
      cd ${backupFolder('shop')}
      printf 'X' | dd of=${`${backup.id}.dump`} bs=1 seek=700 conv=notrunc 2>/dev/null`);
    const restore = plan();
    await expect(runSteps(loadSteps(restore))).rejects.toThrow(/its file is damaged/);
    expect(await databases()).toBe('shop\n');
    await host.run(sh`rm -f ${`${backupFolder('shop')}/${backup.id}`}.*`);
  });

  it('names each table that is not as in the backup', async () => {
    expect(backup.tables.map(({ name }) => name)).toEqual([
      'foreign_things.own',
      `public."Odd ' name"`,
      'public.members',
    ]);
    const tables = backup.tables.map((table) =>
      table.name === 'public.members'
        ? { ...table, rows: 1001 }
        : { ...table, sample: '0'.repeat(32) },
    );
    const changed = [...tables, { name: 'public.gone', rows: 1, sample: 'a'.repeat(32) }];
    const restore = { ...plan(), backup: { ...backup, tables: changed } };
    const failed = runSteps(loadSteps(restore));
    await expect(failed).rejects.toThrow('public.members: 1001 rows in the backup, 1000 restored');
    await expect(failed).rejects.toThrow(
      `public."Odd ' name": the rows differ from those in the backup`,
    );
    await expect(failed).rejects.toThrow('public.gone is missing');
    expect(await databases()).toBe('shop\n');
  });

  it('ends sessions of the application, also those in the middle of a transaction, and undoes a swap', async () => {
    const restore = plan();
    await runSteps(loadSteps(restore));
    const other = await started.connect();
    const open = other.run(sh`
      printf 'begin;\nselect count(*) from members;\n\\! sleep 8\nselect 1;\n' |
        runuser -u postgres -- psql -Xq -d shop`);
    await expect
      .poll(
        () => host.sql(`select count(*) from pg_stat_activity where state = 'idle in transaction'`),
        {
          timeout: 20_000,
        },
      )
      .toBe('1\n');
    const swap = swapStep(restore);
    await host.run(swap.run);
    expect(await databases()).toBe(`shop\n${keptName(restore).reveal()}\n`);
    await open;
    await other.close();
    if (!swap.undo) throw new Error('a swap has an undo');
    await host.run(swap.undo);
    await host.run(swap.undo);
    expect(await databases()).toBe(`shop\n${restore.scratch.reveal()}\n`);
    const create = loadSteps(restore).find(({ undo }) => undo);
    if (create?.undo) await host.run(create.undo);
    expect(await databases()).toBe('shop\n');
  });

  it('is refused to a role that may create no databases, before anything is done', async () => {
    const { section } = databaseContext({
      ...{ mode: 'managed', host: '127.0.0.1', port: 5432, user: 'shop', database: 'shop' },
      tls: 'disable',
    });
    let restore = planRestore({ ...host.context, section }, backup, 'restore', new Date());
    await expect(runSteps(loadSteps(restore))).rejects.toThrow(/Cannot create another database/);
    await host.sql('alter role shop createdb');
    // By its own rights, it can't create this extension again.
    await expect(runSteps(loadSteps(restore))).rejects.toThrow(/permission denied .* "dblink"/);
    expect(await databases()).toBe('shop\n');
    await host.sql('drop extension dblink');
    await host.run(backupNow(host.context, 'without dblink'));
    const [newest] = parseBackups(await host.run(listBackups(host.context)));
    if (!newest) throw new Error('there is no backup');
    restore = planRestore({ ...host.context, section }, newest, 'restore', new Date());
    await runSteps([...loadSteps(restore), swapStep(restore)]);
    await host.sql('alter role shop nocreatedb');
    expect(await databases()).toBe(`shop\n${keptName(restore).reveal()}\n`);
  });

  it.each([`it's "odd" \\ $HOME %s :'x' é`, 'é'.repeat(31) + 'x'])(
    'works with a database and a role of the name %s',
    async (name) => {
      const quoted = `"${name.replaceAll('"', '""')}"`;
      await host.sql(
        `create role ${quoted} login password '${DATABASE_PASSWORD.replaceAll("'", "''")}'`,
      );
      await host.sql(`create database ${quoted} owner ${quoted}`, 'postgres');
      await host.sql(
        `create table ${quoted} (${quoted} text); insert into ${quoted} values ('kept')`,
        name,
      );
      await host.sql(`alter table ${quoted} owner to ${quoted}`, name);
      const { section } = databaseContext({ user: name, database: name });
      const context = { ...host.context, section };
      await applyResources(connection, connectionResources(context));
      await host.run(backupNow(context, 'odd names'));
      const [newest] = parseBackups(await host.run(listBackups(context)));
      expect(newest?.database).toBe(name);
      if (!newest) throw new Error('there is no backup');
      await host.sql(`delete from ${quoted}`, name);
      const restore = planRestore(context, newest, 'restore', new Date());
      const said = await runSteps([...loadSteps(restore), swapStep(restore)]);
      expect(said).toContain('1 tables are as in the backup');
      expect(await host.sql(`select * from ${quoted}`, name)).toBe('kept\n');
      expect(await host.sql('select 1', keptName(restore).reveal())).toBe('1\n');
    },
  );
});
