import { gateway } from '@fairness-deploy/sandbox';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { sh, type Connection } from '@fairness-deploy/shell';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MigrationPart } from '../scripts/migration-part.js';
import { migrationFile } from '../host/migration-record.js';
import { Site, type Changes } from '../testing/site.js';

let test: TestHost;
let connection: Connection;
let sites = 0;

beforeAll(async () => {
  test = await startTestHost('migrate');
  connection = await test.connect();
});
afterAll(async () => {
  await connection.close();
  await test.stop();
});

/** An application whose migration counts how often it has run, and does what a file of it says. */
async function newSite() {
  sites += 1;
  const node = { version: process.versions.node, mirror: gateway.nodeMirror };
  const site = new Site(connection, node, `migrating${String(sites)}`, 3000 + sites);
  await site.provision();
  const counted = `${site.layout.userHome}/count`;
  const section = { migrate: 'echo x >>"$HOME/count"; sh db/migrate' };
  const write = (text: string): void => {
    site.repository.write('db/migrate', text);
  };
  write('true');
  const deploy = (changes: Changes = {}) =>
    site.deploy({ ...changes, section: { ...section, ...changes.section } });
  const count = async () => (await site.list(sh`cat ${counted}`)).length;
  return { site, write, deploy, count };
}

describe('the migration of a deployment', () => {
  it('runs only when one of its inputs has changed, or when it is asked for', async () => {
    const { site, deploy, count } = await newSite();
    const env = { DATABASE_URL: Text.of(new Secret('url', 'postgres://one')) };
    site.repository.commit('one');
    expect(await deploy({ env })).toMatchObject({
      said: { migrate: expect.stringMatching(/no record/) as string },
    });
    expect(await deploy({ env, force: true })).toMatchObject({
      said: { migrate: expect.stringMatching(/^Not needed: /) as string },
    });
    expect(await count()).toBe(1);
    const other = { DATABASE_URL: Text.of(new Secret('url', 'postgres://two')) };
    expect(await deploy({ env: other })).toMatchObject({
      said: { migrate: expect.stringMatching(/the variables or files changed/) as string },
    });
    expect(await deploy({ env: other, migrate: true })).toMatchObject({
      said: { migrate: expect.stringMatching(/asked for/) as string },
    });
    expect(await count()).toBe(3);
    expect(await deploy({ env: other })).toEqual({ status: 'unchanged' });
    site.repository.commit('two');
    expect(await deploy({ env: other })).toMatchObject({
      said: { migrate: expect.stringMatching(/the commit changed/) as string },
    });
    expect(await count()).toBe(4);
    expect(await site.run(sh`stat -c '%U %a' ${migrationFile(site.layout)}`)).toBe('root 600\n');
  }, 120_000);

  it('runs only when their folder has changed, where one is named', async () => {
    const { site, write, deploy, count } = await newSite();
    const section = { migrations: 'db' };
    site.repository.commit('one');
    await deploy({ section });
    site.repository.write('other', '');
    site.repository.commit('two');
    expect(await deploy({ section })).toMatchObject({
      said: { migrate: expect.stringMatching(/Not needed: the folder db/) as string },
    });
    expect(await count()).toBe(1);
    write('true # changed');
    site.repository.commit('three');
    expect(await deploy({ section })).toMatchObject({
      said: { migrate: expect.stringMatching(/the folder db changed/) as string },
    });
    expect(await count()).toBe(2);
  }, 120_000);

  it('runs again after one that failed, and after a rollback, but not after a failed check', async () => {
    const { site, write, deploy, count } = await newSite();
    site.repository.commit('one');
    await deploy();
    write('false');
    site.repository.commit('two');
    expect(await deploy()).toMatchObject({ status: 'failed', step: 'migrate' });
    // The database may have half of them, so even the live release's migrations run again.
    write('true');
    site.repository.commit('one again');
    expect(await deploy()).toMatchObject({
      said: { migrate: expect.stringMatching(/no record/) as string },
    });
    site.behave({ status: 500 });
    site.repository.commit('unwell');
    const health = { deadline: 1 };
    expect(await deploy({ health })).toMatchObject({ status: 'failed', step: 'check web' });
    const migrated = await count();
    expect(await deploy({ health })).toMatchObject({ status: 'failed', step: 'check web' });
    expect(await count()).toBe(migrated);
    await site.rollback();
    site.behave({});
    site.repository.commit('well');
    expect(await deploy()).toMatchObject({
      said: { migrate: expect.stringMatching(/no record/) as string },
    });
  }, 120_000);

  it('runs when another one has run since it was planned', async () => {
    const { site, deploy, count } = await newSite();
    site.repository.commit('one');
    await deploy();
    const changes = { section: { migrate: 'echo x >>"$HOME/count"; sh db/migrate' }, force: true };
    const plan = await site.plan(changes);
    if (!plan) throw new Error('no plan');
    expect(plan.migration?.last).toBeDefined();
    site.repository.commit('two');
    await deploy();
    expect(await site.carryOut(plan, changes)).toMatchObject({
      said: { migrate: expect.stringMatching(/another migration has run or failed/) as string },
    });
    expect(await count()).toBe(3);
  }, 120_000);
});

describe('what a plugin adds to the migration', () => {
  it('has its variables, runs it as it says, and tells what was applied', async () => {
    const { site } = await newSite();
    const applied = `${site.layout.userHome}/applied`;
    const part: MigrationPart = {
      variables: { LIMIT: Text.of('5s') },
      before: sh`fd_word=locked`,
      attempts: (run) => sh`
        [ "$fd_word" = locked ] || exit 9
        (
        ${run}
        ) || {
          echo again
          ${run}
        }`,
      applied: sh`cat ${applied} 2>/dev/null || :`,
    };
    const migrate = 'echo "limit $LIMIT"; echo "0001_größe" >>"$HOME/applied"; sh db/migrate';
    const section = { migrate, migrations: { folder: 'db', compatible: true } };
    site.repository.write('db/migrate', 'test -e "$HOME/first" || { touch "$HOME/first"; false; }');
    site.repository.commit('one');
    const first = await site.deploy({ section, migrationParts: [part] });
    expect(first).toMatchObject({
      said: { migrate: expect.stringMatching(/limit 5s\nagain\nlimit 5s/) as string },
    });
    const [entry] = await site.history();
    expect(entry).toMatchObject({
      newMigrations: [{ name: 'migrate', compatible: true }],
      newCompatible: true,
      migrated: { names: ['0001_größe'], count: 1 },
    });
    expect(entry?.migrated?.seconds).toBeGreaterThan(0);
    // The time belongs to the deployment that migrated.
    expect(await site.run(sh`ls ${site.layout.shared}`)).not.toContain('deploying');
    site.repository.write('other', '');
    site.repository.commit('two');
    await site.deploy({ section, migrationParts: [part] });
    expect((await site.history())[1]).not.toHaveProperty('migrated');
  }, 120_000);

  it('keeps the migration from running when it fails, and the site as it was', async () => {
    const { site, deploy, count } = await newSite();
    site.repository.commit('one');
    await deploy();
    site.repository.commit('two');
    const part: MigrationPart = { before: sh`echo oh dear >&2; exit 1` };
    expect(await deploy({ migrationParts: [part] })).toMatchObject({
      ...{ status: 'failed', step: 'migrate' },
      output: expect.stringContaining('oh dear') as string,
    });
    expect(await count()).toBe(1);
  }, 120_000);
});

describe('a rollback over migrations', () => {
  it('is refused, unless forced, over one that is declared incompatible', async () => {
    const { site, deploy } = await newSite();
    const section = { migrations: 'db' };
    site.repository.commit('one');
    await deploy({ section });
    const first = await site.current();
    site.repository.write('db/2_drop.contract.sql', '');
    site.repository.write('db/2_names.sql', '');
    site.repository.commit('two');
    await deploy({ section });
    const second = await site.current();
    await expect(site.planRollback()).rejects.toThrow(
      `Cannot roll back to ${first}: the database may have migrations that are declared incompatible with earlier releases: 2_drop.contract.sql`,
    );
    expect(await site.current()).toBe(second);
    expect((await site.history()).map(({ action }) => action)).toEqual(['deploy', 'deploy']);
    const { between, warnings } = await site.planRollback(undefined, { force: true });
    expect(between).toContain('nothing declared: 2_names.sql');
    expect(warnings).toHaveLength(1);
    expect(await site.rollback(undefined, { force: true })).toMatchObject({ status: 'done' });
    expect(await site.current()).toBe(first);
    // Back to the later release: it has them.
    expect((await site.planRollback(second)).between).toBeUndefined();
  }, 120_000);

  it('knows the migrations of a deployment that failed behind them', async () => {
    const { site, write, deploy } = await newSite();
    const section = { migrations: { folder: 'db', compatible: false } };
    site.repository.commit('one');
    await deploy({ section: { migrations: 'db' } });
    site.repository.write('other', '');
    site.repository.commit('two');
    await deploy({ section: { migrations: 'db' } });
    write('false');
    site.repository.write('db/3_new', '');
    site.repository.commit('three');
    expect(await deploy({ section })).toMatchObject({ status: 'failed', step: 'migrate' });
    await expect(site.planRollback()).rejects.toThrow('earlier releases: 3_new');
  }, 120_000);
});
