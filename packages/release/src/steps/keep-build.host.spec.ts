import { gateway } from '@fairness-deploy/sandbox';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { sh, type Connection } from '@fairness-deploy/shell';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { builtFile } from '../host/built-record.js';
import { Site, type Changes } from '../testing/site.js';

let test: TestHost;
let connection: Connection;
let sites = 0;

beforeAll(async () => {
  test = await startTestHost('keep-build');
  connection = await test.connect();
});
afterAll(async () => {
  await connection.close();
  await test.stop();
});

async function newSite(): Promise<Site> {
  sites += 1;
  const node = { version: process.versions.node, mirror: gateway.nodeMirror };
  const site = new Site(connection, node, `kept${String(sites)}`, 3000 + sites);
  await site.provision();
  return site;
}

/** All folders in that of the releases, also those of failed ones. */
const folders = (site: Site) => site.list(sh`ls -A ${site.layout.releases}`);
const health = { deadline: 1 };

/** A server that is well only with a variable, which the build does not see. */
function needsVariable(site: Site): string {
  site.repository.write(
    'server.js',
    `const status = process.env.TOKEN ? 200 : 500;
     const server = require('http').createServer((request, response) => {
       response.statusCode = request.url === '/health' ? status : 200;
       response.end(process.env.COMMIT);
     });
     server.listen(Number(process.env.PORT), '127.0.0.1');
     process.on('SIGTERM', () => process.exit(0));`,
  );
  return site.repository.commit('needs a variable');
}
const token: Changes['env'] = { TOKEN: Text.of(new Secret('t', 't0ken')) };

it('copies what a release has built that failed later, and then removes that release', async () => {
  const site = await newSite();
  site.repository.commit('one');
  await site.deploy();
  const [good = ''] = await site.releases();
  const commit = needsVariable(site);
  const failed = await site.deploy({ health });
  expect(failed).toMatchObject({ status: 'failed', step: 'check web' });
  const kept = await site.built();
  expect(await folders(site)).toEqual([good, kept]);
  expect(await site.status()).toMatchObject({
    level: 'ok',
    text: expect.stringContaining(good) as string,
  });
  // Nothing takes it for a good release.
  await expect(site.planRollback(kept)).rejects.toThrow('there is no good release');
  await expect(site.planRollback()).rejects.toThrow('there is no good release before the live one');

  const done = await site.deploy({ env: token, health });
  expect(done).toMatchObject({
    ...{ status: 'done', inputSize: 0 },
    said: { 'copy build': `The commit is built already, as ${kept}\n` },
  });
  expect(await site.serving()).toBe(commit);
  expect(await site.run(sh`cat ${`${site.layout.current}/built`}`)).toContain(commit);
  expect(await folders(site)).toEqual([good, await site.current()]);
  expect(await site.built()).toBe('');
  expect(
    await site.run(
      sh`runuser -u ${site.application.user} -- git -C ${site.layout.current} status --porcelain --untracked-files=no`,
    ),
  ).toBe('');
}, 120_000);

it('keeps one at most, none that was not built, and builds anew when it is forced', async () => {
  const site = await newSite();
  const section = (build: string): Changes => ({ health, section: { build } });
  site.behave({ status: 500 });
  site.repository.commit('one');
  await site.deploy(section('npm run build'));
  const first = await site.built();
  // Another build: its inputs differ.
  expect(await site.deploy(section('npm run build && true'))).toMatchObject({ step: 'check web' });
  const second = await site.built();
  expect(second).not.toBe(first);
  expect(await folders(site)).toEqual([second]);
  expect(await site.deploy(section('false'))).toMatchObject({ step: 'build' });
  expect(await folders(site)).toEqual([second]);
  // A copy is not kept in place of its origin.
  expect(await site.deploy(section('npm run build && true'))).toMatchObject({ step: 'check web' });
  expect(await folders(site)).toEqual([second]);
  expect(await site.deploy({ ...section('npm run build && true'), force: true })).toMatchObject({
    step: 'check web',
  });
  expect(await folders(site)).toEqual([await site.built()]);
  expect(await site.built()).not.toBe(second);
  expect(await site.run(sh`stat -c '%U %a' ${builtFile(site.layout)}`)).toBe('root 600\n');
}, 120_000);

it('keeps nothing of a deployment that is cut off', async () => {
  const site = await newSite();
  site.repository.commit('one');
  const cut: Changes['steps'] = (steps) =>
    steps.map((step) =>
      step.name === 'prepare colour'
        ? { ...step, run: sh`kill -9 "-$(cut -d ' ' -f 6 /proc/self/stat)"` }
        : step,
    );
  expect(await site.deploy({ steps: cut })).toMatchObject({ status: 'cut off' });
  expect(await site.built()).toBe('');
  const next = await site.deploy();
  expect(next).toMatchObject({ status: 'done' });
  expect(next).not.toHaveProperty('said.copy build');
  expect(await folders(site)).toEqual([await site.current()]);
}, 120_000);
