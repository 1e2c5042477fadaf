import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { sh } from '@fairness-deploy/shell';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareDatabaseHost, type DatabaseHost } from '../testing/database-host.js';
import { listBackups, parseBackups, type StoredBackup } from './list-backups.js';
import { backupNow } from './make-backup.js';
import { backupFolder } from './paths.js';
import { pipeDump } from './pipe-dump.js';
import { tableDigests } from './table-digests.js';
import { defineClient } from '../connection/client.js';

let test: TestHost;
let host: DatabaseHost;

const FOLDER = backupFolder('shop');
/** Tables with what differs between two servers' settings, and names that need quotes. */
const TABLES = `
  set role shop;
  create table "Order ""of"" \\ 'things'
two lines" (id int, "at" timestamptz, price money, raw bytea, ratio float8, span interval, primary key (id));
  insert into "Order ""of"" \\ 'things'
two lines" select n, '2026-01-01'::timestamptz + n * interval '1 h', n, int4send(n), 1.0 / n, n * interval '1 min'
    from generate_series(1, 2000) n;
  create table names (name text primary key, tags jsonb);
  insert into names select md5(n::text) || 'ü', jsonb_build_object('n', n) from generate_series(1, 1000) n;
  create table lines (line text);
  insert into lines select 'line ' || n % 7 from generate_series(1, 100) n;
  create table nothing ();
  create table parts (id int, at date, primary key (id, at)) partition by range (at);
  create table parts_1 partition of parts for values from ('2026-01-01') to ('2027-01-01');
  insert into parts values (1, '2026-05-05');`;

beforeAll(async () => {
  test = await startTestHost('postgres-backup');
  host = await prepareDatabaseHost(await test.connect());
  await host.run(sh`mkdir -p -m 0755 /var/backups/fairness-deploy; mkdir -m 0700 ${FOLDER}`);
  await host.sql(TABLES);
});
afterAll(() => test.stop());

async function backups(): Promise<readonly StoredBackup[]> {
  return parseBackups(await host.run(listBackups(host.context)));
}

async function newest(): Promise<StoredBackup> {
  const [found] = await backups();
  if (!found) throw new Error('there is no backup');
  return found;
}

describe('backupNow()', () => {
  it('makes a backup, whose restored copy has the same digests', async () => {
    expect(await host.run(backupNow(host.context, 'first try'))).toMatch(
      /^backup \S+ of shop, \d+ bytes\n$/,
    );
    const made = await newest();
    expect(made).toMatchObject({
      ...{ reason: 'first try', database: 'shop', encryption: 'none', place: 'host' },
      ...{ server: expect.stringMatching(/^\d+\.\d+$/) as string, storedBytes: made.bytes },
    });
    expect(made.tables.map(({ name, rows }) => [name, rows])).toEqual([
      ['public."Order ""of"" \\ \'things\'\ntwo lines"', 2000],
      ['public.lines', 100],
      ['public.names', 1000],
      ['public.nothing', 0],
      ['public.parts_1', 1],
    ]);
    await host.sql('create database copy owner shop', 'postgres');
    await host.sql(
      `alter database copy set datestyle = 'SQL, DMY'; alter database copy set timezone = 'Asia/Tokyo'; alter database copy set bytea_output = 'escape'`,
      'postgres',
    );
    const restore = sh`
      ${defineClient('shop', 'shop')}
      fd_database=copy
      fd_pg pg_restore --exit-on-error -d copy`;
    await host.run(pipeDump(host.context, made, restore));
    const digests = await host.run(sh`
      ${defineClient('shop', 'shop')}
      fd_database=copy
      printf '%s\n' ${tableDigests()} | fd_pg psql -XqAt -v ON_ERROR_STOP=1`);
    const manifest = await host.run(sh`grep '^table ' ${FOLDER}/${`${made.id}.manifest`}`);
    expect(digests).toBe(manifest);
  });
});
