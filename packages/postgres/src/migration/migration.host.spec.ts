import { dirname } from 'node:path/posix';
import { setTimeout as pause } from 'node:timers/promises';
import { type Ended } from '@fairness-deploy/core/testing';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { lines, sh } from '@fairness-deploy/shell';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseContext } from '../testing/database-host.js';
import { MigratingHosts, PASSWORD } from '../testing/migrating-hosts.js';
import { listBackups, parseBackups } from '../backup/list-backups.js';
import { backupFolder } from '../backup/paths.js';
import { defineClient } from '../connection/client.js';
import { LOCK_KEYS } from './advisory-lock.js';
import { printApplied } from './applied-names.js';

let started: readonly TestHost[] = [];
let hosts: MigratingHosts;
let files = 1;

/** Short limits, so that the tests are. */
const LIMITS = { lockTimeout: 1, statementTimeout: 60, retries: 4 };

beforeAll(async () => {
  started = await Promise.all(['one', 'two'].map((name) => startTestHost(`migrating-${name}`)));
  const [one, two] = started;
  if (!one || !two) throw new Error('no hosts');
  hosts = new MigratingHosts({ one, two });
  await hosts.prepare({ migrations: LIMITS });
}, 300_000);
afterAll(async () => {
  await hosts.close();
  await Promise.all(started.map((host) => host.stop()));
});

/** Commits one more migration. @returns its name */
function addMigration(sql: string, word = 'change'): string {
  files += 1;
  const name = `${String(files)}_${word}`;
  hosts.write(`db/${name}.sql`, `${sql}\n`);
  hosts.commit(`Add ${name}`);
  return name;
}

async function deploy(...words: readonly string[]): Promise<string> {
  const { status, output } = await hosts.command('deploy', ...words);
  expect({ status, output }).toEqual({ status: 0, output });
  return output;
}

/** Waits until SQL of the superuser gives true. */
async function until(condition: string): Promise<void> {
  for (let left = 600; left > 0; left -= 1) {
    if ((await hosts.sql(`select ${condition}`)) === 't') return;
    await pause(100);
  }
  throw new Error(`it never was: ${condition}`);
}

const HELD = `exists (select from pg_locks where locktype = 'advisory' and classid = ${String(LOCK_KEYS.class)} and granted)`;
const waitingFor = (query: string): string =>
  `exists (select from pg_stat_activity where wait_event_type = 'Lock' and query like '${query}' and pid <> pg_backend_pid())`;

/** A session of the superuser that holds something open until it is told to end. */
async function hold(statements: string): Promise<() => Promise<void>> {
  const name = `holder ${String(Math.random())}`;
  await hosts.run(
    'one',
    sh`
      printf '%s\n' ${`begin; ${statements}; select pg_sleep(3600);`} >/tmp/held.sql
      PGAPPNAME=${name} setsid runuser -u postgres -- psql -Xq -d shop -f /tmp/held.sql >/dev/null 2>&1 </dev/null &`,
  );
  await until(
    `exists (select from pg_stat_activity where application_name = '${name}' and query like '%pg_sleep(3600)%' and wait_event = 'PgSleep')`,
  );
  return async () => {
    await hosts.sql(
      `select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = '${name}'`,
    );
    await until(`not exists (select from pg_stat_activity where application_name = '${name}')`);
  };
}

describe('a migration', () => {
  it('runs once for all hosts, with its limits, and the history has what it applied', async () => {
    addMigration(`create table settings as
      select current_setting('lock_timeout') as lock, current_setting('statement_timeout') as statement;`);
    const output = await deploy();
    expect(output).toContain('applying 1_names');
    expect(output).toContain('applying 2_change');
    expect(output.match(/applying 1_names/g)).toHaveLength(1);
    expect(await hosts.sql('select * from settings')).toBe('1s|1min');
    const history = await hosts.command('history', '--limit=one');
    expect(history.output).toMatch(/migrated in \d+\.\d s: 1_names, 2_change$/m);
    expect((await hosts.command('history', '--limit=two')).output).not.toContain('migrated in');
    expect(await hosts.sql(`select not ${HELD}`)).toBe('t');
  }, 120_000);

  it('leaves the password in no log, and none of its own files behind', async () => {
    const traces = await hosts.run(
      'one',
      sh`
        cat /var/log/postgresql/*.log
        cat /var/lib/fairness-deploy/jobs/*/log
        ls /var/lib/fairness-deploy/jobs/*
        journalctl -o cat --no-pager`,
    );
    expect(traces).toContain('pg_try_advisory_lock');
    expect(traces).not.toContain(PASSWORD);
    expect(traces).not.toContain(encodeURIComponent(PASSWORD));
    expect(traces).not.toContain('lock-hold');
  }, 60_000);

  it('is retried when it waits for a lock, and others wait behind it no longer than the limit', async () => {
    await hosts.sql(`insert into names values ('Ana')`);
    const release = await hold('select * from names');
    addMigration('alter table names add column place text;');
    const waits: number[] = [];
    const [database] = started;
    const reading = await database?.connect();
    const ended = new AbortController();
    const reader = (async () => {
      while (!ended.signal.aborted) {
        // As the server measures it: without the way of the test to it.
        const taken = await hosts.sql(
          `select clock_timestamp() as began \\gset
           select count(*) as found from names \\gset
           select extract(epoch from clock_timestamp() - :'began'::timestamptz)`,
          reading,
        );
        waits.push(Number(taken));
      }
    })();
    const deployment = hosts.command('deploy');
    // It has failed once at least when it waits for the second time.
    await until(waitingFor('alter table names%'));
    await until(`not ${waitingFor('alter table names%')}`);
    await until(waitingFor('alter table names%'));
    await release();
    const { status, output } = await deployment;
    ended.abort();
    await reader;
    await reading?.close();
    expect({ status, output }).toEqual({ status: 0, output });
    expect(output).toMatch(
      /a statement waited longer than lockTimeout \(1 s\) for a lock; attempt 2 of 5/,
    );
    expect(output).toMatch(/process \d+ of postgres, program holder .*: names/);
    const longest = Math.max(...waits);
    // Somebody did wait behind it.
    expect(longest).toBeGreaterThan(LIMITS.lockTimeout / 4);
    expect(longest / LIMITS.lockTimeout).toBeLessThan(1.25);
  }, 180_000);

  it('ends with the lock’s holder on the screen when no attempt gets it', async () => {
    const release = await hold('select * from names');
    const name = addMigration('alter table names add column town text;');
    hosts.describe({ migrations: { ...LIMITS, retries: 1 } });
    const { status, output } = await hosts.command('deploy');
    hosts.describe({ migrations: LIMITS });
    await release();
    expect(status).toBe(1);
    expect(output).toMatch(
      /Cannot migrate: a statement waited longer than lockTimeout \(1 s\) for a lock, in 2 attempts/,
    );
    expect(output).toMatch(/process \d+ of postgres, program holder .*: names/);
    expect(await hosts.sql(`select not ${HELD}`)).toBe('t');
    expect(await deploy()).toContain(`applying ${name}`);
  }, 180_000);

  it('is not retried when something else is wrong', async () => {
    const name = addMigration('select 1 / 0;');
    const { status, output } = await hosts.command('deploy');
    expect(status).toBe(1);
    expect(output).toContain('division by zero');
    expect(output.match(new RegExp(`migrate: applying ${name}`, 'g'))).toHaveLength(1);
    hosts.write(`db/${name}.sql`, 'select 1;\n');
    hosts.commit('Correct it');
    await deploy();
  }, 120_000);
});

describe('printApplied()', () => {
  it('knows the tables of tools, in any schema, and no others', async () => {
    await hosts.sql(String.raw`
      create database tools owner shop;
      \connect tools
      set role shop;
      create schema "odd ""schema""";
      create table migrations (id int, timestamp bigint, name text);
      insert into migrations values (2, 2, 'AddTown2'), (1, 1, 'AddNames1');
      create table _prisma_migrations (migration_name text, finished_at timestamptz, rolled_back_at timestamptz);
      insert into _prisma_migrations values ('3_done', now(), null), ('4_failed', null, null), ('5_back', now(), now());
      create table django_migrations (id int, app text, name text);
      insert into django_migrations values (1, 'shop', E'0001_\n\x1b[31m''größe''');
      create table "odd ""schema""".__drizzle_migrations (id int, hash text, created_at bigint);
      insert into "odd ""schema""".__drizzle_migrations values (1, 'abcdef', 42);
      create table "SequelizeMeta" (name text);
      insert into "SequelizeMeta" values ('20260101-init.js');
      create table alembic_version (nothing text);
      create table flyway_schema_history (installed_rank int, script text, success boolean);
      insert into flyway_schema_history values (1, 'V1__init.sql', true), (2, 'V2__bad.sql', false);
      create view schema_migrations as select 'forged' as version;
      create table knex_migrations (id int, name text, batch int);
      revoke all on knex_migrations from shop;
      reset role;
      create table goose_db_version (id int, version_id bigint, is_applied boolean);`);
    const text = await hosts.run(
      'one',
      lines(defineClient('shop', 'shop'), sh`fd_database=tools`, printApplied()),
    );
    expect(text.trimEnd().split('\n').toSorted()).toEqual([
      '20260101-init.js',
      '3_done',
      '42 abcdef',
      'AddNames1',
      'AddTown2',
      'V1__init.sql',
      "shop.0001_ [31m'größe'",
    ]);
    expect(text.indexOf('AddNames1')).toBeLessThan(text.indexOf('AddTown2'));
  }, 60_000);
});

describe('two deployments to different hosts', () => {
  it('migrate one after the other', async () => {
    const name = addMigration(`create table once as select 1; select pg_sleep(2);`);
    const [one, two] = await Promise.all([
      hosts.command('deploy', '--limit=one'),
      hosts.command('deploy', '--limit=two'),
    ]);
    expect([one.status, two.status, one.output, two.output]).toEqual([
      0,
      0,
      one.output,
      two.output,
    ]);
    const both = one.output + two.output;
    expect(both.match(new RegExp(`applying ${name}`, 'g'))).toHaveLength(1);
    expect(both).toMatch(
      /Waiting for the migration of another deployment: fairness-deploy migrates \d{8}-\d{6}-[0-9a-f]{7} from \d/,
    );
    const histories = await hosts.command('history');
    expect(histories.output.match(new RegExp(`: ${name}$`, 'gm'))).toHaveLength(1);
    expect(histories.output).toMatch(/migrated in \d+\.\d s: nothing was new/);
  }, 180_000);
});

describe('a migration that is killed', () => {
  /** Kills all of the deployment that migrates, as a power cut would. */
  const KILL = sh`
    fd_job=$(cat /var/lib/fairness-deploy/lock | tail -n 1)
    fd_session=$(ps -o sid= -p "$(cat "/var/lib/fairness-deploy/jobs/$fd_job/pid")" | tr -d ' ')
    pkill -KILL -u shop psql || :
    pkill -KILL -s "$fd_session" || :`;

  it('leaves no lock, and a state from which the next deployment goes on, at each statement', async () => {
    // Each statement waits at a gate that the test holds.
    const gate = (at: number): string => `select pg_advisory_xact_lock(7, ${String(at)});`;
    hosts.describe({ migrations: { ...LIMITS, lockTimeout: 60 } });
    const first = addMigration(
      `create table steps (at int); ${gate(1)} insert into steps values (1); ${gate(2)} insert into steps values (2);`,
    );
    const second = addMigration(
      `insert into steps values (3); ${gate(3)} insert into steps values (4);`,
    );
    for (const at of [1, 2, 3]) {
      const open = await hold(`select pg_advisory_lock(7, ${String(at)})`);
      const deployment: Promise<Ended> = hosts.command('deploy', '--limit=one');
      await until(waitingFor(`%pg_advisory_xact_lock(7, ${String(at)})%`));
      expect(await hosts.sql(`select ${HELD}`)).toBe('t');
      await hosts.run('one', KILL);
      // The lock is free although the statement that was killed still waits in the server.
      await until(`not ${HELD}`);
      await open();
      expect((await deployment).status).toBe(1);
      const applied = await hosts.sql(
        `select string_agg(version, ' ' order by version) from schema_migrations where version in ('${first}', '${second}')`,
      );
      expect(applied).toBe(at < 3 ? '' : first);
    }
    const output = await deploy();
    expect(output).toContain(`applying ${second}`);
    expect(output).not.toContain(`applying ${first}`);
    expect(await hosts.sql('select array_agg(at order by at) from steps')).toBe('{1,2,3,4}');
    hosts.describe({ migrations: LIMITS });
  }, 300_000);
});

describe('a backup before a migration', () => {
  it('is made under the lock, and nothing migrates without it', async () => {
    hosts.describe({ migrations: { ...LIMITS, backup: true }, backups: {} });
    const folder = backupFolder('shop');
    await hosts.run('one', sh`rm -rf ${folder}`);
    const name = addMigration('alter table names add column backed text;');
    const refused = await hosts.command('deploy', '--allow-drift');
    expect(refused.status).toBe(1);
    expect(refused.output).toContain('Cannot back up the database of shop');
    expect(refused.output).not.toContain(`applying ${name}`);
    await hosts.run('one', sh`mkdir -p -m 0755 ${dirname(folder)}; mkdir -m 0700 ${folder}`);
    const output = await deploy('--allow-drift');
    expect(output).toMatch(/migrate: backup \S+ of shop, \d+ bytes/);
    expect(output.indexOf('migrate: backup')).toBeLessThan(output.indexOf(`applying ${name}`));
    const [backup, ...more] = parseBackups(
      await hosts.run('one', listBackups(databaseContext({ backups: {} }))),
    );
    expect(more).toEqual([]);
    expect(backup?.reason).toMatch(/^before migrating release \d{8}-\d{6}-[0-9a-f]{7}$/);
    hosts.describe({ migrations: LIMITS });
  }, 120_000);
});

describe('a rollback', () => {
  it('is refused over a migration that is declared incompatible, before anything is touched', async () => {
    addMigration('alter table names add column kept text;', 'kept.expand');
    await deploy();
    const easy = await hosts.command('rollback', '--limit=one');
    expect(easy.output).toMatch(/declared compatible: \d+_kept\.expand\.sql/);
    expect(easy.output).not.toContain('Warning');
    expect(easy.status).toBe(0);
    await deploy('--limit=one');
    addMigration('alter table names drop column kept;', 'drop.contract');
    await deploy();
    const jobs = sh`ls /var/lib/fairness-deploy/jobs | wc -l; readlink /srv/shop/live`;
    const before = await hosts.run('two', jobs);
    const refused = await hosts.command('rollback');
    expect(refused.status).toBe(1);
    expect(refused.output).toMatch(
      /Cannot roll back to \S+: the database may have migrations that are declared incompatible with earlier releases: \d+_drop\.contract\.sql/,
    );
    expect(await hosts.run('two', jobs)).toBe(before);
    const forced = await hosts.command('rollback', '--force');
    expect(forced.output).toMatch(
      /declared incompatible with earlier releases: \d+_drop\.contract\.sql/,
    );
    expect(forced.output.match(/, 2 round trips$/gm)).toHaveLength(2);
    expect({ ...forced, status: forced.status }).toEqual({ ...forced, status: 0 });
  }, 180_000);
});

describe('a migration of a database that cannot be reached', () => {
  it('says why it does not begin', async () => {
    hosts.describe({ migrations: LIMITS, database: 'nowhere' });
    expect((await hosts.command('provision', '--yes')).status).toBe(0);
    addMigration('select 1;');
    const { status, output } = await hosts.command('deploy');
    expect(status).toBe(1);
    expect(output).toMatch(
      /Cannot lock the database for the migration: .*"nowhere" does not exist/,
    );
    expect(output).not.toContain('applying');
  }, 120_000);
});
