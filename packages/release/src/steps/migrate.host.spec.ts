import { gateway } from '@fairness-deploy/sandbox';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { sh, type Connection } from '@fairness-deploy/shell';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
