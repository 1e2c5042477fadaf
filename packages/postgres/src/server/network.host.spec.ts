/** A server that listens for other hosts, with a certificate. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exampleCertificate, runScript } from '@fairness-deploy/core/testing';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { sh, type Connection, type Script } from '@fairness-deploy/shell';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { contextFor, described, plan, provision } from '../testing/provisioned.js';
import { CLUSTER_FOLDER, CLUSTER_UNIT } from '../testing/server-version.js';

const folder = mkdtempSync(join(tmpdir(), 'fd-postgres-'));
let host: TestHost;
let connection: Connection;
const run = async (script: Script): Promise<string> => {
  const { status, text, stderr } = await runScript(connection, script);
  return status === 0 ? text : `status ${String(status)}: ${text}${stderr}`;
};

beforeAll(async () => {
  host = await startTestHost('postgres-network');
  connection = await host.connect();
});
afterAll(async () => {
  await connection.close();
  await host.stop();
  rmSync(folder, { recursive: true });
});

it('lets the named hosts in, by TLS only', async () => {
  const pair = exampleCertificate('db.test');
  writeFileSync(join(folder, 'db.pem'), pair.certificate);
  await run(sh`
    echo '10.77.0.5 db.test' >>/etc/hosts
    ip address add 10.77.0.5/32 dev lo
    ip address add 10.77.1.5/32 dev lo`);
  const address = '10.77.0.5';
  const server = {
    ...{ memory: 'none', listen: ['127.0.0.1', address, '10.77.1.5'], clients: ['10.77.0.0/24'] },
    ...{ certificate: 'db.pem', key: Text.of(new Secret('db_key', pair.key)) },
  };
  const context = contextFor({ host: address, server }, { folder });
  const changes = await provision(connection, context);
  expect(changes.join('\n')).not.toContain('PRIVATE KEY');
  expect(described(await plan(connection, context))).toEqual([]);
  // The host's own addresses come first in pg_hba.conf: as if from another host, without that line.
  await run(sh`
    sed -i '/samehost/d' ${`${CLUSTER_FOLDER}/pg_hba.conf`}
    sed -i '/^host .*127.0.0.1/d' ${`${CLUSTER_FOLDER}/pg_hba.conf`}
    systemctl reload ${CLUSTER_UNIT}`);
  writeFileSync(join(folder, 'ca.pem'), pair.certificate);
  const login = (settings: string) =>
    run(sh`
      printf '%s\n' ${pair.certificate} >/tmp/ca.pem
      . /var/lib/fairness-deploy/postgres/shop/connection
      psql ${settings} -XwqAtc "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()" 2>&1`);
  const trusted = 'sslrootcert=/tmp/ca.pem';
  expect(await login(`host=db.test sslmode=verify-full ${trusted}`)).toBe('t\n');
  expect(await login(`host=10.77.1.5 sslmode=verify-full ${trusted}`)).toMatch(
    /does not match host name "10.77.1.5"/,
  );
  expect(await login(`host=${address} sslmode=disable`)).toMatch(
    // PostgreSQL 13 has the second wording.
    /no pg_hba.conf entry.*(?:no encryption|SSL off)/,
  );
  expect(await login('host=10.77.1.5 sslmode=require')).toMatch(
    /no pg_hba.conf entry for host "10.77.1.5"/,
  );

  // Another certificate takes its place, and its key goes; without one, nothing of it stays.
  const left = () =>
    run(sh`
      ls /etc/fairness-deploy/shop/postgres/certificates
      ls /etc/systemd/system/postgresql@.service.d 2>/dev/null || :`);
  const first = (await left()).split('\n')[0] ?? '';
  expect(first).toMatch(/^[0-9a-f]{32}$/);
  const next = exampleCertificate('db.test');
  writeFileSync(join(folder, 'db.pem'), next.certificate);
  const renewed = { ...server, key: Text.of(new Secret('db_key', next.key)) };
  const changed = await provision(
    connection,
    contextFor({ host: address, server: renewed }, { folder }),
  );
  expect(changed.join('\n')).toContain(`postgres-certificates:shop old certificates ${first}`);
  expect(await left()).toMatch(/^[0-9a-f]{32}\nfairness-deploy-shop\.conf\n$/);
  expect(await left()).not.toContain(first);
  expect(await login('host=db.test sslmode=require')).toBe('t\n');
  const plain = contextFor(
    { host: address, server: { memory: 'none', listen: ['127.0.0.1'] } },
    { folder },
  );
  await provision(connection, plain);
  expect(await left()).toBe('');
  expect(described(await plan(connection, plain))).toEqual([]);
});
