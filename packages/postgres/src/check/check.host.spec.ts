import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyResources, runChecks } from '@fairness-deploy/core/testing';
import {
  makeOwnAuthority,
  startTestHost,
  type OwnAuthority,
} from '@fairness-deploy/sandbox/testing';
import { sh, type Connection } from '@fairness-deploy/shell';
import { Secret } from '@fairness-deploy/shell/secret';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectionResources } from '../connection/connection-resources.js';
import {
  databaseContext,
  DATABASE_PASSWORD,
  prepareDatabaseHost,
  type DatabaseHost,
} from '../testing/database-host.js';
import { layerCheck, summaryCheck } from './database-check.js';

const folder = mkdtempSync(join(tmpdir(), 'fd-postgres-'));
let started: Awaited<ReturnType<typeof startTestHost>>;
let connection: Connection;
let host: DatabaseHost;
let authority: OwnAuthority;

beforeAll(async () => {
  started = await startTestHost('postgres-check');
  connection = await started.connect();
  host = await prepareDatabaseHost(connection);
  await host.run(sh`
    apt-get install -y -qq --no-install-recommends openssl ca-certificates >/dev/null
    echo '127.0.0.1 db.test other.test' >>/etc/hosts
    printf '127.0.0.2 silent.test\n' >>/etc/hosts`);
  authority = await makeOwnAuthority(join(folder, 'ca'), 'Provider CA');
  await makeOwnAuthority(join(folder, 'other'), 'Other CA');
  const { certificateFile, keyFile } = await authority.issue('server', ['db.test']);
  await serve(certificateFile, keyFile);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await connection.close();
  await started.stop();
});

/** Gives the server a certificate. */
async function serve(certificateFile: string, keyFile: string): Promise<void> {
  const read = (file: string) => readFileSync(file, 'utf8');
  await host.run(sh`
    cd /etc/postgresql/*/main
    printf %s ${read(certificateFile)} >server.crt
    printf %s ${read(keyFile)} >server.key
    chown postgres server.crt server.key
    chmod 0600 server.key
    printf '%s\n' "ssl = on" "ssl_cert_file = '$PWD/server.crt'" "ssl_key_file = '$PWD/server.key'" >conf.d/tls.conf
    systemctl reload postgresql`);
}

const MANAGED = {
  ...{ mode: 'managed', host: 'db.test', port: 5432, user: 'shop', database: 'shop' },
  ca: 'ca/root.pem',
};

/** The findings of a section, with its connection file in place. */
async function findings(section: object, password = DATABASE_PASSWORD) {
  const all: Readonly<Record<string, unknown>> = { ...MANAGED, ...section };
  const given = Object.entries(all).filter(([, value]) => value !== null);
  const context = databaseContext(Object.fromEntries(given));
  const checked = {
    ...context,
    environment: { ...context.environment, folder },
    secret: (name: string) => new Secret(name, password),
  };
  await applyResources(connection, connectionResources(checked));
  const found = await runChecks(connection, [layerCheck(checked)]);
  const [summary] = await runChecks(connection, [summaryCheck(checked)]);
  return { found, summary, last: found.at(-1) ?? '' };
}

describe('db-check', () => {
  it('finds nothing wrong with a good database, layer by layer', async () => {
    await host.sql('alter role shop createdb');
    const { found, summary } = await findings({});
    await host.sql('alter role shop nocreatedb');
    expect(found).toEqual([
      'ok name: 127.0.0.1',
      'ok port: port 5432 is open',
      expect.stringMatching(
        /^ok tls: subject=CN ?= ?db\.test, issuer=CN ?= ?Provider CA, notAfter=/,
      ),
      'ok login: as shop to shop, by TLSv1.3',
      expect.stringMatching(/^ok version: 1[3-9]\./),
      'ok rights: shop may migrate',
      expect.stringMatching(/^ok latency: \d+\.\d\d ms for one query and back$/),
      expect.stringMatching(/^ok connections: \d+ of 97 of the server$/),
    ]);
    expect(summary).toMatch(
      /^ok database: as shop to shop, by TLSv1.3; \d+\.\d\d ms .*; \d+ of 97 of the server$/,
    );
  });

  it.each<readonly [string, object, string]>([
    [
      'an unknown name',
      { host: 'nowhere.test' },
      'fail name: the host cannot resolve nowhere.test',
    ],
    [
      'a closed port',
      { port: 5433 },
      'fail port: port 5433 is closed: Connection refused → see whether the server runs',
    ],
    [
      'another CA',
      { ca: 'other/root.pem' },
      'its certificate is not trusted: unable to verify the first certificate (subject=CN = db.test, issuer=CN = Provider CA',
    ],
    [
      'no CA of its own',
      { ca: null },
      'its certificate is not trusted: unable to verify the first certificate',
    ],
    [
      'another name than the certificate has',
      { host: 'other.test' },
      'fail login: refused: psql: error: connection to server at "other.test" (127.0.0.1), port 5432 failed: server certificate for "db.test" does not match host name "other.test" → use the name that the certificate has',
    ],
    ['an unknown database', { database: 'none' }, 'fail login: refused: '],
    ['no check of the certificate', { tls: 'require', ca: null }, 'ok connections'],
    ['no TLS at all', { tls: 'disable', ca: null }, 'ok connections'],
  ])('finds %s', async (_, section, message) => {
    const { found, summary } = await findings(section);
    // OpenSSL 3.2 and later writes names without blanks.
    expect(found.join('\n').replaceAll('CN=', 'CN = ')).toContain(message);
    if (message.startsWith('fail')) expect(summary).toContain('fail database: ');
  });

  it('finds a wrong password, and shows none', async () => {
    const { last, found } = await findings({}, 'wr0ng pass');
    expect(last).toMatch(
      /^fail login: refused: .*password authentication failed for user "shop" .*→ correct the user or the password/,
    );
    expect(found.join('\n')).not.toContain('wr0ng');
  });

  it('finds an expired certificate', async () => {
    const ca = authority.certificateFile;
    await host.run(sh`
      cd /etc/postgresql/*/main
      printf %s ${readFileSync(ca, 'utf8')} >ca.crt
      printf %s ${readFileSync(ca.replace(/pem$/, 'key'), 'utf8')} >ca.key
      openssl req -new -key server.key -subj /CN=db.test -out server.csr
      printf 'subjectAltName = DNS:db.test\n' >extensions
      # openssl takes -days -1 before its version 3.4, and dates since then.
      fd_sign() {
        openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial "$@" -extfile extensions -out expired.crt 2>/dev/null
      }
      fd_sign -days -1 || fd_sign -not_before 20200101000000Z -not_after 20200102000000Z
      cp -p server.crt good.crt
      cat expired.crt >server.crt
      systemctl reload postgresql`);
    const { found } = await findings({});
    await host.run(sh`
      cd /etc/postgresql/*/main
      cat good.crt >server.crt
      systemctl reload postgresql`);
    expect(found.join('\n')).toMatch(
      /fail tls: its certificate is not trusted: certificate has expired \(.*\) → the provider must renew it/,
    );
    expect(found.join('\n')).toContain('fail login: refused: ');
  });

  it('finds a server without TLS', async () => {
    await host.run(sh`
      cd /etc/postgresql/*/main
      echo 'ssl = off' >>conf.d/tls.conf
      systemctl reload postgresql`);
    const { found } = await findings({});
    await host.run(sh`
      cd /etc/postgresql/*/main
      sed -i '/ssl = off/d' conf.d/tls.conf
      systemctl reload postgresql`);
    expect(found).toContainEqual(
      expect.stringContaining('fail tls: the server does not offer TLS'),
    );
    expect(found).toContainEqual(expect.stringContaining('fail login: refused: '));
  });

  it('finds a port behind which nobody answers', async () => {
    await host.run(sh`
      apt-get install -y -qq --no-install-recommends iptables >/dev/null
      iptables -A INPUT -d 127.0.0.2 -p tcp --dport 5432 -j DROP`);
    const { last } = await findings({ host: 'silent.test' });
    expect(last).toMatch(/^fail port: port 5432 does not answer → a firewall drops the packets/);
  });

  it('finds a role that may not create tables, and one that may do everything', async () => {
    await host.sql(
      'alter database shop owner to postgres; revoke all on schema public from public',
    );
    const none = await findings({});
    await host.sql('alter database shop owner to shop; alter role shop superuser');
    const all = await findings({});
    await host.sql('alter role shop nosuperuser');
    expect(none.found).toContainEqual(
      'fail rights: shop may create no tables: migrations fail → as the owner of the database: GRANT CREATE ON SCHEMA public TO "shop"',
    );
    expect(all.found).toContainEqual(
      expect.stringContaining('warn rights: shop is a superuser: a hole in'),
    );
  });

  it('finds a server that is down', async () => {
    // postgresql.service alone does not wait for its clusters.
    await host.run(sh`systemctl stop postgresql ${'postgresql@*'}`);
    const { last } = await findings({});
    await host.run(sh`systemctl start postgresql`);
    expect(last).toContain('fail port: port 5432 is closed: Connection refused');
  });
});
