import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { sh } from '@fairness-deploy/shell';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineClient } from '../connection/client.js';
import {
  databaseContext,
  prepareDatabaseHost,
  type DatabaseHost,
} from '../testing/database-host.js';
import { listBackups, parseBackups, type StoredBackup } from './list-backups.js';
import { backupNow } from './make-backup.js';
import { backupFolder } from './paths.js';
import { pipeDump } from './pipe-dump.js';
import { tableDigests } from './table-digests.js';
import { CLUSTER_UNIT } from '../testing/server-version.js';

let test: TestHost;
let host: DatabaseHost;

const FOLDER = backupFolder('shop');
const CLIENT = defineClient('shop', 'shop');
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
const backup = (reason = 'test') => host.run(backupNow(host.context, reason));
const digests = (database: string): Promise<string> =>
  host.run(sh`
    ${CLIENT}
    fd_database=${database}
    printf '%s\n' ${tableDigests()} | fd_pg psql -XqAt -v ON_ERROR_STOP=1`);
const files = () =>
  host.run(
    sh`ls -A ${FOLDER} /run | grep -v -e '^lock$' -e '^last$' | grep -e part -e dump -e backup || :`,
  );

describe('backupNow()', () => {
  it('makes a backup, whose restored copy has the same digests', async () => {
    expect(await backup('first try')).toMatch(/^backup \S+ of shop, \d+ bytes\n$/);
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
    // Another server: its own settings, which change what rows look like.
    await host.sql(
      `alter database copy set datestyle = 'SQL, DMY';
      alter database copy set timezone = 'Asia/Tokyo';
      alter database copy set bytea_output = 'escape'`,
      'postgres',
    );
    const restore = sh`
      ${CLIENT}
      fd_database=copy
      fd_pg pg_restore --exit-on-error -d copy`;
    await host.run(pipeDump(host.context, made, restore));
    const whole = await digests('copy');
    expect(whole).toBe(await host.run(sh`grep '^table ' ${FOLDER}/${`${made.id}.manifest`}`));
    // The digests see a changed row, in a sample and without a primary key.
    await host.sql(
      `update names set tags = '{}' where name = (select min(name collate "C") from names)`,
      'copy',
    );
    await host.sql(
      `update lines set line = 'other' where ctid = (select max(ctid) from lines)`,
      'copy',
    );
    const changed = (await digests('copy')).split('\n').filter((line) => !whole.includes(line));
    expect(changed.map((line) => line.split(' ').at(-1))).toEqual(['public.lines', 'public.names']);
  });

  it('dumps one state of the database, with rows that come meanwhile in neither', async () => {
    await host.run(sh`
      printf '%s\n' 'insert into lines select 1::text; select pg_sleep(0.01) \watch 0.01' >/dev/null
      runuser -u postgres -- psql -Xqd shop -c 'create table counted (id serial primary key)' -c 'alter table counted owner to shop'
      ( while [ ! -e /tmp/stop ]; do runuser -u postgres -- psql -Xqd shop -c 'insert into counted default values'; done ) >/dev/null 2>&1 &`);
    await backup();
    const made = await newest();
    await host.run(sh`touch /tmp/stop`);
    const said = made.tables.find(({ name }) => name === 'public.counted')?.rows;
    const dumped = await host.run(
      pipeDump(
        host.context,
        made,
        sh`pg_restore -a -t counted -f - | sed -n '/^COPY/,/^\\\./p' | grep -c '^[0-9]' || :`,
      ),
    );
    expect(Number(dumped)).toBe(said);
    await host.sql('drop table counted');
  });

  it('fails when the server is down, the password is wrong, or pg_dump is killed, and leaves nothing', async () => {
    const before = await files();
    await host.run(sh`systemctl stop ${CLUSTER_UNIT}`);
    const down = await host.attempt(backupNow(host.context, 'down'));
    await host.run(sh`systemctl start ${CLUSTER_UNIT}`);
    expect([down.status, down.stderr]).toEqual([
      1,
      expect.stringMatching(
        /^Cannot back up the database of shop: psql: .*No such file or directory/,
      ),
    ]);
    await host.sql(`alter role shop password 'another'`, 'postgres');
    const wrong = await host.attempt(backupNow(host.context, 'wrong'));
    expect(wrong.stderr).toMatch(
      /^Cannot back up the database of shop: psql: .*password authentication failed/,
    );
    expect(wrong.stderr + wrong.text).not.toContain('$HOME %s');
    await host.sql(
      `set standard_conforming_strings = on; alter role shop password '${"pass 'word\\ $HOME %s é".replaceAll("'", "''")}'`,
      'postgres',
    );
    // It waits for the lock of the table until it is killed.
    const killed = await host.attempt(sh`
      ( printf 'begin; lock table names; select pg_sleep(600);\n' | runuser -u postgres -- psql -Xqd shop >/dev/null 2>&1 & )
      until runuser -u postgres -- psql -XqAtd shop -c "select 1 from pg_locks where mode = 'AccessExclusiveLock' and granted and relation = 'names'::regclass" | grep -q 1; do sleep 0.1; done
      (
        for attempt in $(seq 100); do ! pid=$(pgrep -n -u shop -x pg_dump) || break; sleep 0.1; done
        kill -KILL "$pid"
        runuser -u postgres -- psql -XqAtd shop -c "select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep(600)%' and pid <> pg_backend_pid()"
      ) >/dev/null 2>&1 &
      ${backupNow(host.context, 'killed')}`);
    expect(killed.stderr).toMatch(
      /^Cannot back up the database of shop: pg_dump: it was ended by signal 9/,
    );
    expect((await files()).split('\n').filter((line) => !line.endsWith('.part'))).toEqual(
      before.split('\n'),
    );
    // The next one sweeps.
    await backup();
    expect(await files()).not.toContain('.part');
  });

  it('fails on a full disk, and says so', async () => {
    const before = await backups();
    const full = await host.attempt(sh`
      # A disk of its own, which holds nothing more.
      mount -t tmpfs -o size=64k,mode=0700 tmpfs ${FOLDER}
      head -c 60k /dev/zero >${FOLDER}/fill
      status=0
      ${backupNow(host.context, 'full')} || status=$?
      ls ${FOLDER}
      # Its session with the database ends by itself.
      for attempt in 1 2 3 4 5 6 7 8 9 10; do ! umount ${FOLDER} 2>/dev/null || break; sleep 1; done
      exit "$status"`);
    expect([full.status, full.stderr]).toEqual([
      1,
      expect.stringMatching(
        /^Cannot back up the database of shop: cannot write .*: No space left on device\n {2}→ is the disk full\? df -h/,
      ),
    ]);
    expect(full.text).not.toContain('manifest');
    expect(await backups()).toEqual(before);
  });

  it('is refused while another one is made, and sweeps what a killed one left', async () => {
    const both = await host.attempt(sh`
      ( printf 'begin; lock table names; select pg_sleep(600);\n' | runuser -u postgres -- psql -Xqd shop >/dev/null 2>&1 & )
      until runuser -u postgres -- psql -XqAtd shop -c "select 1 from pg_locks where mode = 'AccessExclusiveLock' and granted and relation = 'names'::regclass" | grep -q 1; do sleep 0.1; done
      setsid sh -c ${backupNow(host.context, 'first').reveal()} >/tmp/first.log 2>&1 &
      first=$!
      for attempt in $(seq 100); do ! pgrep -u shop -x pg_dump >/dev/null || break; sleep 0.1; done
      ${backupNow(host.context, 'second', { wait: 0 })} && echo made || echo refused
      # All of the first one dies, as with the host's memory or power.
      /bin/kill -KILL -- "-$first"
      until ! pgrep -u shop -x pg_dump >/dev/null; do sleep 0.1; done
      ls ${FOLDER}/*.part || cat /tmp/first.log
      runuser -u postgres -- psql -XqAtd shop -c "select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep(600)%' and pid <> pg_backend_pid()" >/dev/null
      ${backupNow(host.context, 'third')}
      ls ${FOLDER}`);
    expect([both.status, both.text + both.stderr]).toEqual([
      0,
      expect.stringMatching(/another backup is being made/),
    ]);
    expect(both.text).toMatch(/^refused\n.*\.dump\.part\nbackup /);
    expect(both.text.split('backup ')[1]).not.toContain('part');
    expect((await newest()).reason).toBe('third');
  });

  it('shows no password in a process list, and nothing to other users of the host', async () => {
    const seen = await host.run(sh`
      useradd --create-home mallory 2>/dev/null || :
      ( while [ ! -e /tmp/seen ]; do cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\0' ' '; done >/tmp/all ) &
      watcher=$!
      ${backupNow(host.context, 'watched')} >/dev/null
      touch /tmp/seen
      wait "$watcher" || :
      grep -c 'pg_dump -Fc' /tmp/all
      grep -c -F -e '$HOME %s' /tmp/all || :
      rm /tmp/all /tmp/seen
      for act in 'ls '${FOLDER} 'cat '${FOLDER}'/*.dump' 'touch '${FOLDER}'/x' 'mv '${FOLDER}' /tmp/x' 'cat /var/lib/fairness-deploy/postgres/shop/connection'; do
        ! runuser -u mallory -- sh -c "$act" 2>/dev/null || echo "mallory can: $act"
        ! runuser -u shop -- sh -c "$act" 2>/dev/null || echo "shop can: $act"
      done
      journalctl --no-pager | grep -c -F -e '$HOME %s' || :`);
    expect(seen).toMatch(/^[1-9]\d*\n0\n0\n$/);
  });

  it('keeps by age and by number, and never removes the last good backup', async () => {
    const ids = ['20200101T000000-aaaaaa', '20200102T000000-aaaaaa', '20200103T000000-aaaaaa'];
    const old = (id: string) => sh`
      printf x >${`${FOLDER}/${id}.dump`}
      printf 'version 1\nbytes 1\n' >${`${FOLDER}/${id}.manifest`}`;
    await host.run(sh`
      rm -f ${FOLDER}/*.manifest ${FOLDER}/*.dump
      ${old(ids[0] ?? '')}
      ${old(ids[1] ?? '')}
      ${old(ids[2] ?? '')}
      # Damaged: it does not count, and stays for people.
      printf xx >${`${FOLDER}/${ids[2] ?? ''}.dump`}`);
    const left = async (keep: object): Promise<readonly string[]> => {
      await host.run(backupNow(databaseContext({ backups: { keep } }), 'keep'));
      const found = await host.run(sh`cd ${FOLDER}; ls *.manifest`);
      return found
        .trim()
        .split('\n')
        .map((name) => (name.startsWith('2020') ? name.slice(6, 8) : 'new'));
    };
    expect(await left({ days: 14, least: 3 })).toEqual(['01', '02', '03', 'new']);
    expect(await left({ days: 14, least: 3 })).toEqual(['02', '03', 'new', 'new']);
    expect(await left({ days: 14, least: 1 })).toEqual(['03', 'new', 'new', 'new']);
    expect(await left({ days: 14, least: 1, most: 1 })).toEqual(['03', 'new']);
    // A failed backup removes nothing.
    const context = databaseContext({ backups: { keep: { most: 1, least: 1 } } });
    await host.run(sh`systemctl stop ${CLUSTER_UNIT}`);
    expect((await host.attempt(backupNow(context, 'fails'))).status).toBe(1);
    await host.run(sh`systemctl start ${CLUSTER_UNIT}`);
    expect((await backups()).length).toBe(1);
    await host.run(sh`rm ${FOLDER}/2020*`);
  });
});

describe('pipeDump()', () => {
  it('names a damaged, a short and a missing file, whatever its consumer does', async () => {
    const made = await newest();
    const file = `${FOLDER}/${made.id}.dump`;
    const failing = async (damage: ReturnType<typeof sh>, consumer = sh`cat >/dev/null`) => {
      await host.run(sh`
        cp -a ${file} ${file}.whole
        ${damage}`);
      const { status, stderr } = await host.attempt(pipeDump(host.context, made, consumer));
      await host.run(sh`mv ${file}.whole ${file}`);
      return `${String(status)} ${stderr}`;
    };
    const failure = `1 Cannot read the backup ${made.id} of shop: `;
    const flip = sh`printf '\377' | dd of=${file} bs=1 seek=${Math.floor(made.bytes / 2)} conv=notrunc status=none`;
    expect(await failing(flip)).toMatch(
      `${failure}its file is damaged: the SHA-256 is not the one`,
    );
    // The consumer gives up at once, and its own words come after.
    expect(await failing(flip, sh`exit 3`)).toMatch('is damaged: the SHA-256');
    expect(await failing(sh`truncate -s -1 ${file}`)).toContain(
      `${failure}its file has ${String(made.bytes - 1)} bytes of ${String(made.bytes)}: it is not whole`,
    );
    expect(await failing(sh`rm ${file}`)).toMatch(/its file cannot be read: .*No such file/);
    expect(
      await host.attempt(
        pipeDump(
          host.context,
          made,
          sh`
          echo no >&2
          ( exit 7 )
          echo on >&2`,
        ),
      ),
    ).toMatchObject({
      ...{ status: 7, stderr: 'no\n' },
    });
  });
});
