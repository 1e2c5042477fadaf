/** Other versions than that of Debian 12: from a repository, and of Debian 13. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runScript } from '@fairness-deploy/core/testing';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { sh, type Connection, type Script } from '@fairness-deploy/shell';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { contextFor, described, plan, provision } from '../testing/provisioned.js';
import { PGDG_KEY } from './pgdg-key.js';

const folder = mkdtempSync(join(tmpdir(), 'fd-postgres-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
cpSync('/usr/share/keyrings/debian-archive-bullseye-stable.gpg', join(folder, 'debian.gpg'));
writeFileSync(join(folder, 'wrong.asc'), PGDG_KEY);

let host: TestHost | undefined;
let connection: Connection | undefined;
afterEach(async () => {
  await connection?.close();
  await host?.stop();
});
const run = async (on: Connection, script: Script): Promise<string> => {
  const { status, text, stderr } = await runScript(on, script);
  if (status !== 0) throw new Error(`status ${String(status)}: ${text}${stderr}`);
  return text;
};
const login = (on: Connection, statement: string) =>
  run(
    on,
    sh`
      . /var/lib/fairness-deploy/postgres/shop/connection
      printf '%s\n' ${statement} | psql -XwqAt -v ON_ERROR_STOP=1`,
  );

/** Debian 11 has PostgreSQL 13, which Debian 12 does not. */
const SUITE = 'bullseye';

/** The mirror that the host's own packages come from (sources.list(5), both of its forms). */
const mirrorOf = async (on: Connection): Promise<string> => {
  const said = await run(
    on,
    sh`
      cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
        sed -n 's/^deb [^h]*\(http[^ ]*\).*/\1/p; s/^URIs: *\([^ ]*\).*/\1/p' | head -n 1`,
  );
  return said.trim();
};
const server = { memory: '256MB', extensions: ['pgcrypto'] };

describe('another version', () => {
  it('comes from a repository whose key is pinned, beside what is there', async () => {
    host = await startTestHost('postgres-versions', { release: 'bookworm' });
    connection = await host.connect();
    const on = connection;
    const uri = await mirrorOf(on);
    const from = (key: string, more: object = {}) =>
      contextFor(
        { version: 13, repository: { uri, suite: SUITE, key }, server, ...more },
        { folder },
      );
    await expect(provision(on, from('wrong.asc'))).rejects.toThrow(
      /NO_PUBKEY[^]*Cannot add the apt repository 'pgdg': its lists can't be read from http/,
    );
    expect(await run(on, sh`ls /etc/apt/sources.list.d`)).not.toContain('pgdg');
    // Debian's own is there, with others' data.
    await run(on, sh`apt-get -q -y install --no-install-recommends postgresql >/dev/null 2>&1`);
    const taken = described(await plan(on, from('debian.gpg')));
    expect(taken).toContainEqual(
      expect.stringMatching(/^postgres-cluster.*: the cluster 15\/main has it → .*port: /),
    );
    const own = from('debian.gpg', { port: 5444 });
    await provision(on, own);
    expect(described(await plan(on, own))).toEqual([]);
    expect(await login(on, 'SHOW server_version_num')).toMatch(/^13\d{4}\n$/);
    // Before 15, everybody could create in the schema public.
    expect(await login(on, "SELECT has_schema_privilege('public', 'public', 'CREATE')")).toBe(
      'f\n',
    );
    expect(await run(on, sh`pg_lsclusters -h | awk '{ print $1, $2, $3, $4 }'`)).toBe(
      '13 main 5444 online\n15 main 5432 online\n',
    );
  });

  it('that Debian has comes from Debian', async () => {
    host = await startTestHost('postgres-debian', { release: 'bookworm' });
    connection = await host.connect();
    const context = contextFor({ version: 15, server });
    const changes = await provision(connection, context);
    expect(changes.join('\n')).toContain('apt:packages postgresql-15');
    expect(changes.join('\n')).not.toContain('pgdg');
    // Another one would come from PostgreSQL's repository, once.
    const next = contextFor({ version: 16, port: 5433, server });
    expect(described(await plan(connection, next)).join('\n')).toContain(
      'postgres-repository:pgdg pgdg',
    );
    await run(
      connection,
      sh`echo 'deb http://apt.postgresql.org/pub/repos/apt bookworm-pgdg main' >/etc/apt/sources.list.d/pgdg.list`,
    );
    expect(described(await plan(connection, next))).toContainEqual(
      expect.stringMatching(/pgdg\.list on the host names it already.* → remove it: rm /),
    );
  });

  it('is that of Debian 13', async () => {
    host = await startTestHost('postgres-trixie', { release: 'trixie' });
    connection = await host.connect();
    const context = contextFor({ server });
    await provision(connection, context);
    expect(described(await plan(connection, context))).toEqual([]);
    expect(await login(connection, 'SHOW server_version_num')).toMatch(/^17\d{4}\n$/);
    const changes = await provision(connection, contextFor({ server }, { password: 'other' }));
    expect(changes).toContain('postgres-role:shop password another one → as declared');
    expect(await login(connection, 'SELECT current_user')).toBe('shop\n');
  });
});
