import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { sh, type Connection } from '@fairness-deploy/shell';
import { gateway } from '@fairness-deploy/sandbox';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { standInForNx } from '../testing/built-workspace.js';
import { Site, type Ended } from '../testing/site.js';

let test: TestHost;
let connection: Connection;
let sites = 0;

const NODE = { version: process.versions.node, mirror: gateway.nodeMirror };

beforeAll(async () => {
  test = await startTestHost('release-artifact');
  connection = await test.connect();
});
afterAll(async () => {
  await connection.close();
  await test.stop();
});

const section = { artifact: { target: 'web:build', path: 'dist/web' } };

/** What the build makes of the workspace: `content` is what changes between commits. */
const BUILD = `
const { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } = require('fs');
rmSync('dist', { recursive: true, force: true });
mkdirSync('dist/web/node_modules/dep', { recursive: true });
for (const file of ['server.js', 'behaviour.json', 'content']) copyFileSync(file, 'dist/web/' + file);
// Too much to be sent twice unnoticed, and nothing that compresses.
let hash = 'x';
const large = Array.from({ length: 5000 }, () => (hash = require('crypto').createHash('sha256').update(hash).digest('base64')));
writeFileSync('dist/web/node_modules/dep/index.js', large.join('\\n'));
writeFileSync('dist/web/start', '#!/bin/sh\\necho started\\n');
chmodSync('dist/web/start', 0o755);
symlinkSync('start', 'dist/web/link');
writeFileSync('dist/web/.gitignore', 'node_modules\\nlink\\n');
writeFileSync('dist/web/.gitattributes', '* text eol=crlf ident\\n');
writeFileSync('dist/web/bytes', 'one\\ntwo\\r\\n$Id$\\n');
`;

/** An application of its own on the host, whose workspace builds it. */
async function newSite(): Promise<Site> {
  sites += 1;
  const site = new Site(connection, NODE, `built${String(sites)}`, 3000 + sites);
  site.repository.write('.gitignore', 'node_modules\ndist\n');
  site.repository.write('build.js', BUILD);
  site.repository.write('content', 'one');
  standInForNx(site.repository.folder);
  await site.provision();
  return site;
}

/** What another laptop or a fresh CI has of former artifacts. */
function forget({ repository }: Site): void {
  rmSync(join(repository.folder, 'node_modules/.cache'), { recursive: true });
}

function sizeOf(ended: Ended): number {
  if (ended.status !== 'done') throw new Error(JSON.stringify(ended));
  return ended.inputSize;
}

const LARGE_BYTES = 150_000;
const SMALL_BYTES = 2000;

describe('the deployment of an artifact', () => {
  it('sends what was built, as it was built, and leaves what already runs alone', async () => {
    const site = await newSite();
    const commit = site.repository.commit('one');
    expect(sizeOf(await site.deploy({ section }))).toBeGreaterThan(LARGE_BYTES);
    expect(await site.serving()).toBe(commit);

    const folder = `${site.layout.releases}/${await site.current()}`;
    expect(await site.run(sh`ls -A ${folder}`)).toBe(
      '.git\n.gitattributes\n.gitignore\nbehaviour.json\nbytes\ncontent\nlink\nnode_modules\nserver.js\nstart\n',
    );
    expect(await site.run(sh`cat ${`${folder}/bytes`}`)).toBe('one\ntwo\r\n$Id$\n');
    expect(await site.run(sh`readlink ${`${folder}/link`}; ${`${folder}/link`}`)).toBe(
      'start\nstarted\n',
    );
    expect(await site.run(sh`stat -c '%a' ${[`${folder}/start`, `${folder}/content`]}`)).toBe(
      '755\n644\n',
    );
    expect(
      await site.run(
        sh`runuser -u ${site.application.user} -- git -C ${folder} log -1 --format=%B`,
      ),
    ).toContain(`one\n\ndist/web as web:build has built it.\n\nSource: ${commit}\n`);
    expect(await site.run(sh`ls ${site.layout.repository}/info`)).toBe('');

    expect(await site.deploy({ section })).toEqual({ status: 'unchanged' });
    forget(site);
    expect(await site.deploy({ section })).toEqual({ status: 'unchanged' });
  });

  it('sends only what has changed, also for another client', async () => {
    const site = await newSite();
    site.repository.commit('one');
    await site.deploy({ section });
    site.repository.write('content', 'two');
    site.repository.commit('two');
    expect(sizeOf(await site.deploy({ section }))).toBeLessThan(SMALL_BYTES);

    forget(site);
    site.repository.write('content', 'three');
    const third = site.repository.commit('three');
    expect(sizeOf(await site.deploy({ section }))).toBeLessThan(SMALL_BYTES);
    expect(await site.serving()).toBe(third);

    forget(site);
    await site.run(
      sh`runuser -u ${site.application.user} -- git -C ${site.layout.repository} gc --quiet --prune=now`,
    );
    site.repository.write('content', 'four');
    const fourth = site.repository.commit('four');
    expect(sizeOf(await site.deploy({ section }))).toBeLessThan(SMALL_BYTES);
    expect(await site.serving()).toBe(fourth);
  });

  it('sends nothing when only the configuration has changed', async () => {
    const site = await newSite();
    site.repository.commit('one');
    await site.deploy({ section });
    expect(sizeOf(await site.deploy({ section, health: {}, force: true }))).toBe(0);
  });

  it('deploys what is not committed, and says so in the history', async () => {
    const site = await newSite();
    const commit = site.repository.commit('one');
    await site.deploy({ section });
    site.repository.write('content', 'changed');
    expect(sizeOf(await site.deploy({ section }))).toBeGreaterThan(0);
    expect(await site.serving()).toBe(commit);
    expect(await site.run(sh`cat ${site.layout.live}/release/content`)).toBe('changed');
    expect((await site.history()).map(({ subject }) => subject)).toEqual([
      'one',
      'one (with uncommitted changes)',
    ]);
    expect(await site.deploy({ section })).toEqual({ status: 'unchanged' });
  });

  it('can be rolled back to, and is known for what it is then', async () => {
    const site = await newSite();
    const first = site.repository.commit('one');
    await site.deploy({ section });
    site.repository.write('content', 'two');
    site.repository.commit('two');
    await site.deploy({ section });
    expect(await site.rollback()).toMatchObject({ status: 'done' });
    expect(await site.serving()).toBe(first);
    expect(await site.run(sh`cat ${site.layout.live}/release/content`)).toBe('one');
    site.repository.git('reset', '--quiet', '--hard', first);
    expect(await site.deploy({ section })).toEqual({ status: 'unchanged' });
  });

  it('takes turns with commits of the repository', async () => {
    const site = await newSite();
    site.repository.write('.gitattributes', 'content text eol=crlf\n');
    site.repository.write('content', 'one\n');
    const commit = site.repository.commit('one');
    const plain = { install: false, build: false };
    const content = (): Promise<string> => site.run(sh`cat ${site.layout.live}/release/content`);
    await site.deploy({ section: plain });
    expect(await content()).toBe('one\r\n');
    expect(sizeOf(await site.deploy({ section }))).toBeGreaterThan(0);
    expect(await content()).toBe('one\n');
    expect(sizeOf(await site.deploy({ section: plain }))).toBe(0);
    expect(await content()).toBe('one\r\n');
    expect(await site.serving()).toBe(commit);
  });

  it('leaves the running release untouched when it does not come up', async () => {
    const site = await newSite();
    site.repository.commit('one');
    await site.deploy({ section });
    const before = await site.traces();
    site.behave({ status: 503 });
    site.repository.commit('two');
    const ended = await site.deploy({ section, health: { deadline: 1 } });
    expect(ended).toMatchObject({ status: 'failed', step: 'check web' });
    expect(await site.traces()).toEqual(before);
  });
});
