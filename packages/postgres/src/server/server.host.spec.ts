import { checkResourceContract, runScript } from '@fairness-deploy/core/testing';
import type { Resource } from '@fairness-deploy/core/resources';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { sh, type Connection, type Script } from '@fairness-deploy/shell';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plugin } from '../postgres-plugin.js';
import { contextFor, described, plan, provision } from '../testing/provisioned.js';
import { access } from './access-resource.js';
import { inCluster } from './cluster.js';
import { cluster } from './cluster-resource.js';
import { database } from './database-resource.js';
import { role } from './role-resource.js';
import { serverSettings } from './settings-resource.js';
import {
  CLUSTER,
  CLUSTER_FOLDER,
  CLUSTER_UNIT,
  SERVER_VERSION,
} from '../testing/server-version.js';

let host: TestHost;
let connection: Connection;
const run = async (script: Script): Promise<string> => {
  const { status, text, stderr } = await runScript(connection, script);
  if (status !== 0) throw new Error(`status ${String(status)}: ${text}${stderr}`);
  return text;
};
const OWN = { port: '5432' };
const sql = (text: string) =>
  run(sh`
    ${inCluster(OWN)}
    printf '%s\n' ${text} | fd_sql`);
/** Logs in as the application does. */
const login = (statement: string) =>
  run(sh`
    . /var/lib/fairness-deploy/postgres/shop/connection
    printf '%s\n' ${statement} | psql -XwqAt -v ON_ERROR_STOP=1 2>&1`);
const startTime = () => sql('SELECT pg_postmaster_start_time()');

beforeAll(async () => {
  host = await startTestHost('postgres-server');
  connection = await host.connect();
  // No cluster yet, so that ours makes it.
  await run(sh`
    mkdir -p /etc/postgresql-common
    printf '%s\n' 'create_main_cluster = false' "add_include_dir = 'conf.d'" >/etc/postgresql-common/createcluster.conf
    {
      apt-get -q update
      DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends postgresql
    } >/dev/null 2>&1`);
});
afterAll(async () => {
  await connection.close();
  await host.stop();
});

describe('the resources of a server', () => {
  const password = Text.of(new Secret('db_password', 'first'));
  const other = Text.of(new Secret('db_password', 'second'));
  const ofShop = { cluster: OWN, application: 'shop', user: Text.of('shop'), environment: 'test' };
  const ofDatabase = {
    ...{ cluster: OWN, application: 'shop', user: Text.of('shop'), database: Text.of('shop') },
    extensions: ['pgcrypto'],
  };
  const ofAccess = {
    ...{ cluster: OWN, application: 'shop', user: 'shop', database: 'shop' },
    ...{ clients: ['10.0.0.0/24'], tls: false },
  };
  const settings = (more: Readonly<Record<string, string>>): Resource =>
    serverSettings({ cluster: OWN, settings: { work_mem: '5MB', ...more }, memory: 512 }, {});

  it.each<readonly [string, () => Omit<Parameters<typeof checkResourceContract>[0], 'run'>]>([
    [
      'the cluster',
      () => ({
        resource: cluster(OWN),
        drift: sh`
          systemctl stop ${CLUSTER_UNIT}
          echo manual >${`${CLUSTER_FOLDER}/start.conf`}`,
      }),
    ],
    [
      'the role',
      () => ({
        resource: role({ ...ofShop, password }),
        changed: role({ ...ofShop, password: other }),
        drift: sh`
          ${inCluster(OWN)}
          echo "ALTER ROLE shop NOLOGIN CREATEDB VALID UNTIL '2020-01-01' PASSWORD 'x'" | fd_sql`,
      }),
    ],
    [
      'the database',
      () => ({
        resource: database(ofDatabase),
        drift: sh`
          ${inCluster(OWN)}
          echo 'ALTER DATABASE shop OWNER TO postgres; GRANT CONNECT ON DATABASE shop TO PUBLIC' | fd_sql
          fd_super_database=shop
          echo 'DROP EXTENSION pgcrypto; ALTER SCHEMA public OWNER TO postgres; GRANT CREATE ON SCHEMA public TO PUBLIC' | fd_sql`,
      }),
    ],
  ])('live as resources do: %s', async (_, contract) => {
    await checkResourceContract({ run: (script) => connection.run(script), ...contract() });
  });

  it('are updated from what Debian has: settings and access', async () => {
    const all = [
      [settings({}), settings({ max_connections: '50' })],
      [access(ofAccess), access({ ...ofAccess, clients: [] })],
    ] as const;
    for (const [resource, changed] of all) {
      for (const one of [resource, changed, resource]) {
        const read = async () => one.plan(await run(one.read));
        const change = await read();
        expect(change?.action).toBe('update');
        if (change) await run(change.apply);
        expect(await read()).toBeUndefined();
        if (change) await run(change.apply);
        expect(await read()).toBeUndefined();
      }
    }
  });
});

const section = { server: { memory: '512MB', extensions: ['pgcrypto'] } };
const apply = (more: object = {}, password = 'secret') =>
  provision(connection, contextFor({ ...section, ...more }, { password }));

describe('the mode local', () => {
  it('gives the application a database, and then finds nothing to do', async () => {
    await apply();
    expect(described(await plan(connection, contextFor(section)))).toEqual([]);
    const answer = await login(
      "CREATE TABLE visits (at date); INSERT INTO visits VALUES ('2026-11-30'); SELECT current_user, current_database(), count(*) FROM visits GROUP BY 1",
    );
    expect(answer).toBe('shop|shop|1\n');
    expect(await login('SHOW server_encoding')).toBe('UTF8\n');
    // Another role of the server gets nowhere.
    await sql("CREATE ROLE stranger LOGIN PASSWORD 'stranger'");
    await expect(
      run(sh`PGPASSWORD=stranger psql -Xwc 'SELECT 1' -h 127.0.0.1 -U stranger shop 2>&1`),
    ).rejects.toThrow('does not have CONNECT privilege');
  });

  it('plans a changed password, and keeps the data', async () => {
    const changes = await apply({}, 'another');
    expect(changes).toContain('postgres-role:shop password another one → as declared');
    expect(changes.filter((line) => !line.startsWith('file:'))).toHaveLength(1);
    expect(await login('SELECT count(*) FROM visits')).toBe('1\n');
    await apply();
  });

  it('restarts the server for settings that need it only, and says so before', async () => {
    const before = await startTime();
    const with_ = (settings: object) => ({ server: { ...section.server, settings } });
    const reloaded = await apply(with_({ log_min_duration_statement: '500ms' }));
    expect(reloaded).toEqual(['postgres-settings:5432 content']);
    expect(await startTime()).toBe(before);
    expect(await login('SHOW log_min_duration_statement')).toBe('500ms\n');
    const restarted = await apply(with_({ max_connections: 40 }));
    expect(restarted).toContain(
      'postgres-settings:5432 server runs with another max_connections → restarted',
    );
    expect(await startTime()).not.toBe(before);
    expect(await login('SHOW max_connections')).toBe('40\n');
    await apply();
  });

  it('refuses settings that the server cannot use, and leaves them as they were', async () => {
    const before = await startTime();
    for (const settings of [{ shared_bufers: '1GB' }, { max_connections: 'many' }]) {
      const wrong = { server: { ...section.server, settings } };
      await expect(apply(wrong)).rejects.toThrow(
        /its server refuses the settings, see above; they are as they were/,
      );
      expect(described(await plan(connection, contextFor(section)))).not.toContain(
        'postgres-settings:5432 content',
      );
    }
    const tooMuch = { server: { ...section.server, settings: { shared_buffers: '900GB' } } };
    await expect(apply(tooMuch)).rejects.toThrow(/Cannot restart PostgreSQL with the settings/);
    expect(await startTime()).not.toBe(before);
    await apply();
    expect(await login('SELECT count(*) FROM visits')).toBe('1\n');
  });

  it('starts a server that somebody stopped', async () => {
    await run(sh`systemctl stop ${CLUSTER_UNIT}`);
    const context = contextFor(section);
    const changes = described(await plan(connection, context));
    expect(changes).toContain('postgres-cluster:5432 status stopped → running');
    const check = plugin.checks?.(context).find(({ name }) => name === 'server');
    if (!check) throw new Error('there is no check');
    const judged = async () => check.judge(await run(check.read));
    expect(await judged()).toMatchObject([
      { level: 'fail', text: `the cluster ${CLUSTER} does not run` },
    ]);
    await apply();
    expect(await login('SELECT count(*) FROM visits')).toBe('1\n');
    expect(await judged()).toMatchObject([{ level: 'ok' }]);
  });

  it('leaves what others have on the server as it is', async () => {
    await sql("CREATE ROLE theirs LOGIN SUPERUSER PASSWORD 'theirs'");
    await sql('CREATE DATABASE theirs OWNER theirs');
    await run(sh`
      sed -i '1i host theirs theirs 127.0.0.1/32 trust' ${`${CLUSTER_FOLDER}/pg_hba.conf`}
      systemctl reload ${CLUSTER_UNIT}`);
    const state = () =>
      run(sh`
        grep -v '^#' ${`${CLUSTER_FOLDER}/pg_hba.conf`} | grep -v '"shop"'
        ${inCluster(OWN)}
        printf '%s\n' "SELECT * FROM pg_database WHERE datname <> 'shop'" "SELECT * FROM pg_authid WHERE rolname <> 'shop'" | tr '\n' ';' | fd_sql | sed 's/|[0-9]*|[0-9]*$//'`);
    const before = await state();
    const changes = await apply();
    expect(changes).toContain(
      "postgres-access:shop place after others' lines → before others' lines",
    );
    expect(await state()).toBe(before);
    // Another application, in the same cluster.
    await provision(connection, contextFor(section, { application: 'blog' }));
    expect(described(await plan(connection, contextFor(section)))).toEqual([]);
    await expect(provision(connection, contextFor({ ...section, user: 'theirs' }))).rejects.toThrow(
      'Cannot use the role "theirs" for the application: it is a superuser',
    );
    await expect(
      provision(connection, contextFor({ ...section, version: SERVER_VERSION, port: '5433' })),
    ).rejects.toThrow(`Cannot use the cluster ${CLUSTER} with the port 5433: it has the port 5432`);
  });

  it("refuses to touch pg_hba.conf while others' lines are broken", async () => {
    const path = `${CLUSTER_FOLDER}/pg_hba.conf`;
    await run(sh`
      cp -p ${path} /root/hba
      echo 'host nonsense' >>${path}`);
    const more = {
      server: { ...section.server, listen: ['127.0.0.1', '10.9.9.9'], clients: ['10.0.0.9'] },
    };
    // With such a file, a server does not start any more.
    const before = await startTime();
    const failure = await apply(more).catch(String);
    expect(failure).toMatch(/line \d+: end-of-line before/);
    expect(failure).toContain('Cannot restart PostgreSQL for listen_addresses');
    expect(failure).toContain('Cannot change pg_hba.conf');
    expect(await startTime()).toBe(before);
    expect(await run(sh`tail -n 1 ${path}`)).toBe('host nonsense\n');
    await run(sh`cp -p /root/hba ${path}`);
    await apply();
  });

  it('shows no password in process lists, logs or other files', async () => {
    const word = 'Hunter2-\'"$%\\-hunter';
    await run(sh`
      ${inCluster(OWN)}
      printf '%s\n' "ALTER SYSTEM SET log_statement = 'all'; ALTER SYSTEM SET log_min_error_statement = 'debug5';" |
        tr ';' '\n' | while read -r line; do [ -z "$line" ] || printf '%s\n' "$line" | fd_sql; done
      systemctl reload ${CLUSTER_UNIT}
      # shellcheck disable=SC2016
      setsid sh -c 'while [ ! -e /run/watched ]; do cat /proc/[0-9]*/cmdline 2>/dev/null; done >/run/seen' >/dev/null 2>&1 &`);
    const changes = await apply({}, word);
    expect(changes).toContain('postgres-role:shop password another one → as declared');
    expect(await login('SELECT 1')).toBe('1\n');
    await run(sh`touch /run/watched; sleep 1; journalctl --sync`);
    // The watcher saw what runs; the word is nowhere, and neither is its verifier.
    expect(await run(sh`tr '\0' '\n' </run/seen | grep -c psql`)).not.toBe('0\n');
    const found = await run(sh`
      for word in 'Hunter2-' 'SCRAM-SHA-256$'; do
        echo "$word"
        grep -rlaF -e "$word" /run/seen /var/log /run/log /etc /var/lib/fairness-deploy /tmp /root 2>/dev/null || :
        journalctl --no-pager | grep -F -e "$word" || :
      done`);
    expect(found.split('\n')).toEqual([
      'Hunter2-',
      '/var/lib/fairness-deploy/postgres/shop/connection',
      'SCRAM-SHA-256$',
      '',
    ]);
    expect(await run(sh`stat -c '%a %U' /var/lib/fairness-deploy/postgres/shop/connection`)).toBe(
      '600 root\n',
    );
    // The log shows all else.
    expect(
      await run(
        sh`grep -c 'statement: ' ${`/var/log/postgresql/postgresql-${String(SERVER_VERSION)}-main.log`}`,
      ),
    ).not.toBe('0\n');
  });
});
