import { applyResources } from '@fairness-deploy/core/testing';
import { startTestHost } from '@fairness-deploy/sandbox/testing';
import { sh, type Connection } from '@fairness-deploy/shell';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listBackups, parseBackups } from '../backup/list-backups.js';
import { backupNow } from '../backup/make-backup.js';
import { backupFolder } from '../backup/paths.js';
import { connectionResources } from '../connection/connection-resources.js';
import {
  databaseContext,
  prepareDatabaseHost,
  type DatabaseHost,
} from '../testing/database-host.js';
import { contextFor, plan } from '../testing/provisioned.js';
import { loadSteps, planRestore, swapStep } from './restore-steps.js';

let started: Awaited<ReturnType<typeof startTestHost>>;
let connection: Connection;
let host: DatabaseHost;

beforeAll(async () => {
  started = await startTestHost('postgres-hostile');
  connection = await started.connect();
  host = await prepareDatabaseHost(connection);
  await host.run(sh`install -d -m 0700 ${backupFolder('shop')}`);
});
afterAll(async () => {
  await connection.close();
  await started.stop();
});

/**
 * What the application's role does to other roles that come into its database: the names of the system's own tables
 * and functions lead to its own, which do what they can with the rights that they find.
 */
const TRAPS = String.raw`
  set role shop;
  create table members (id int primary key);
  insert into members values (1);
  create schema evil;
  create function evil.trap() returns boolean language plpgsql as $$ begin
    if (select rolsuper or rolcreaterole from pg_catalog.pg_roles where rolname = current_user) then
      execute 'alter role shop superuser';
    end if; return true; end $$;
  create view evil.pg_namespace as select * from pg_catalog.pg_namespace where evil.trap();
  create view evil.pg_extension as select 1::oid as oid, 'x'::name as extname, '1'::text as extversion,
    (select oid from pg_catalog.pg_namespace where nspname = 'public') as extnamespace;
  create view evil.pg_available_extension_versions as
    select 'x'::name as name, '1'::text as version, true as superuser, false as trusted;
  create function evil.format(text, name, text, name) returns text language sql as
    $$ select E'\\! id >/tmp/trapped\n' $$;
  alter database shop set search_path = evil, pg_catalog, public;
  alter database shop set statement_timeout = 1;
  alter database shop set default_transaction_read_only = on;`;

const superusers = () =>
  host.sql(`select string_agg(rolname, ' ' order by 1) from pg_roles where rolsuper`, 'postgres');
const trapped = () => host.run(sh`ls -l /tmp/trapped 2>/dev/null || :`);

describe('an application that sets traps in its database', () => {
  beforeAll(() => host.sql(TRAPS));

  it('gets no rights by a plan', async () => {
    await plan(connection, contextFor({ user: 'shop' }, {}));
    expect(await superusers()).toBe('postgres\n');
  });

  it.each<readonly [string, Readonly<Record<string, unknown>>]>([
    ['by the superuser of the host', {}],
    [
      'by a role that creates databases',
      {
        ...{ mode: 'managed', host: '127.0.0.1', port: 5432, user: 'shop', database: 'shop' },
        ...{ tls: 'disable', admin: { user: 'creator', password: 'of-the-creator' } },
      },
    ],
  ])('gets none by a restore %s, which works all the same', async (_, section) => {
    await host.sql(
      `do $$ begin create role creator login createdb createrole password 'of-the-creator'; grant shop to creator;
       exception when duplicate_object then null; end $$`,
      'postgres',
    );
    const context = { ...host.context, section: databaseContext(section).section };
    await applyResources(connection, connectionResources(context));
    await host.run(backupNow(context, 'test'));
    const [backup] = parseBackups(await host.run(listBackups(context)));
    if (!backup) throw new Error('there is no backup');
    const restore = planRestore(context, backup, 'restore', new Date());
    for (const step of [...loadSteps(restore), swapStep(restore)]) {
      const { status, text, stderr } = await host.attempt(step.run);
      expect([step.name, status, text + stderr]).toEqual([step.name, 0, text + stderr]);
    }
    expect(await superusers()).toBe('postgres\n');
    expect(await trapped()).toBe('');
    // Its settings are there again, for itself.
    expect(
      await host.sql(
        `select count(*) from pg_db_role_setting, unnest(setconfig) one where setdatabase = (select oid from pg_database where datname = 'shop')`,
        'postgres',
      ),
    ).toBe('3\n');
  });

  it('shows its password to no user who listens in the place of a stopped server', async () => {
    await applyResources(connection, connectionResources(host.context));
    await host.run(sh`
      systemctl stop postgresql
      until ! ss -Hltn 'sport = :5432' | grep -q .; do sleep 0.1; done
      cat >/tmp/listen.pl <<'END'
use IO::Socket::INET;
my $server = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 5432, Listen => 5, ReuseAddr => 1) or die;
while (my $client = $server->accept) {
  sysread $client, my $startup, 10000;
  # AuthenticationCleartextPassword (PostgreSQL's manual, 55.7).
  syswrite $client, pack('a N N', 'R', 8, 3);
  sysread $client, my $answer, 10000;
  open my $file, '>>', '/tmp/heard'; print $file $answer; close $file;
}
END
      systemd-run --quiet --collect --unit=listener --uid=nobody -- perl /tmp/listen.pl
      until ss -Hltn 'sport = :5432' | grep -q .; do sleep 0.1; done`);
    const { stderr } = await host.attempt(backupNow(host.context, 'test'));
    const heard = await host.run(sh`
      cat /tmp/heard 2>/dev/null || :
      systemctl stop listener
      systemctl start postgresql`);
    expect(stderr).toMatch(/Cannot back up the database of shop/);
    expect(heard).toBe('');
  });
});
