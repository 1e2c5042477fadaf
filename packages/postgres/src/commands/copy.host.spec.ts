import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandWorkspace } from '@fairness-deploy/core/testing';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { sh } from '@fairness-deploy/shell';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backupFolder } from '../backup/paths.js';
import {
  APPLICATION,
  DATABASE_VARIABLES,
  prepareDatabaseHost,
  type DatabaseHost,
} from '../testing/database-host.js';

const ENVIRONMENTS = ['staging', 'vagrant'] as const;
type Name = (typeof ENVIRONMENTS)[number];

/** Where the client's temporary files are. */
const temporary = mkdtempSync(join(tmpdir(), 'fairness-deploy-copy-tmp-'));
const workspace = new CommandWorkspace({ ...DATABASE_VARIABLES, TMPDIR: temporary });
const tests = new Map<Name, TestHost>();
const hosts = new Map<Name, DatabaseHost>();

beforeAll(async () => {
  await Promise.all(
    ENVIRONMENTS.map(async (name) => {
      const test = await startTestHost(`postgres-copy-${name}`);
      tests.set(name, test);
      hosts.set(name, await prepareDatabaseHost(await test.connect()));
    }),
  );
  writeEnvironment('staging', { anonymise: 'anonymise.sql' });
  writeEnvironment('vagrant', {});
  workspace.write(
    'environments/staging/anonymise.sql',
    "update members set name = 'member ' || id, mail = null;\ndrop table secrets;\n",
  );
  for (const name of ENVIRONMENTS) {
    expect(await workspace.runAsText('provision', name, '--yes')).toMatch(/^0\n/);
  }
  await sql(
    'staging',
    `set role shop; create table members (id int primary key, name text, mail text);
     insert into members select n, 'Robin ' || n, 'robin' || n || '@example.org' from generate_series(1, 500) n;
     create table secrets as select 'hidden'::text as word;
     reset role; create role reader; grant select on members to reader`,
  );
  await sql(
    'vagrant',
    'set role shop; create table members (id int primary key); insert into members values (7)',
  );
});
afterAll(async () => {
  for (const test of tests.values()) await test.stop();
  workspace.dispose();
  rmSync(temporary, { recursive: true });
});

function writeEnvironment(name: Name, more: object): void {
  const test = tests.get(name);
  if (!test) throw new Error('it has not started');
  workspace.describe(
    name,
    { web: test },
    { application: APPLICATION, postgres: { mode: 'local', ...more } },
  );
}

async function sql(name: Name, statements: string): Promise<string> {
  return (await hosts.get(name)?.sql(statements)) ?? '';
}

const databases = (name: Name) =>
  sql(name, `select datname from pg_database where datname like 'shop%' order by 1`);

describe('db-copy', () => {
  it('copies what the other environment lets out, and leaves nothing there', async () => {
    const said = await workspace.runAsText('db-copy', 'vagrant', '--from=staging', '--yes');
    expect(said).toMatch(/^0\n/);
    expect(said).toMatch(/The former database is shop_before_\d{8}t\d{6}/);
    expect(await sql('vagrant', `select count(*), min(name), max(mail) from members`)).toBe(
      '500|member 1|\n',
    );
    expect(
      await sql(
        'vagrant',
        `select to_regclass('secrets'), tableowner from pg_tables where tablename = 'members'`,
      ),
    ).toBe('|shop\n');
    expect(await sql('staging', `select max(mail) from members`)).toBe('robin9@example.org\n');
    expect(await databases('staging')).toBe('shop\n');
    expect(await databases('vagrant')).toMatch(/^shop\nshop_before_\d{8}t\d{6}\n$/);
    for (const name of ENVIRONMENTS) {
      expect(
        await hosts
          .get(name)
          ?.run(sh`ls ${backupFolder('shop')} | grep -e dump -e manifest -e received || :`),
      ).toBe('');
    }
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('leaves nothing when the SQL fails, and says why', async () => {
    const wrong = "update members set name = '';\nupdate memberss set name = '';\n";
    workspace.write('environments/staging/anonymise.sql', wrong);
    const said = await workspace.runAsText('db-copy', 'vagrant', '--from=staging', '--yes');
    expect(said).toMatch(/^1\n[^]*relation "memberss" does not exist/);
    expect(await databases('staging')).toBe('shop\n');
    expect(await sql('vagrant', `select count(*) from members`)).toBe('500\n');
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('copies all as it is only when told', async () => {
    writeEnvironment('staging', {});
    expect(await workspace.runAsText('db-copy', 'vagrant', '--from=staging', '--yes')).toMatch(
      /^1\n[^]*Cannot copy the database of staging: it has no file that anonymises its data[^]*--raw/,
    );
    expect(
      await workspace.runAsText('db-copy', 'vagrant', '--from=staging', '--yes', '--raw'),
    ).toMatch(/^0\n[^]*Nothing is anonymised/);
    expect(await sql('vagrant', `select max(mail), to_regclass('secrets') from members`)).toBe(
      'robin9@example.org|secrets\n',
    );
  });

  it('is refused before any host is contacted', async () => {
    const refused = (...words: string[]) => workspace.runAsText('db-copy', 'vagrant', ...words);
    expect(await refused('--yes')).toMatch(
      /^1\n[^]*from which environment\?[^]*--from=<environment>/,
    );
    expect(await refused('--from=vagrant', '--yes')).toMatch(/^1\n[^]*of vagrant to itself/);
    expect(await refused('--from=nowhere', '--yes')).toMatch(/^1\n[^]*nowhere/);
    expect(await refused('--from=staging')).toMatch(/^1\n[^]*waits for approval/);
    writeEnvironment('vagrant', { protected: true });
    expect(await refused('--from=staging', '--yes')).toMatch(
      /^1\n[^]*Cannot copy a database to vagrant: it is protected/,
    );
  });
});
