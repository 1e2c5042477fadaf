import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { literal, nodeFolder, sh, type Connection, type ReleaseStep } from '@fairness-deploy/core';
import { gateway } from '@fairness-deploy/sandbox';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { Secret, Text } from '@fairness-deploy/secrets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Site } from '../testing/site.js';
import { temporaryFolder } from '../testing/temporary-repository.js';

let test: TestHost;
let connection: Connection;
let sites = 0;

/** What the sandbox's mirror can make of this machine's own Node.js. */
const NODE = { version: process.versions.node, mirror: gateway.nodeMirror };
const node = `${nodeFolder(NODE.version)}/bin/node`;

beforeAll(async () => {
  test = await startTestHost('release');
  connection = await test.connect();
});
afterAll(async () => {
  await connection.close();
  await test.stop();
});

/** An application of its own on the host. */
async function newSite(): Promise<Site> {
  sites += 1;
  const site = new Site(connection, NODE, `site${String(sites)}`, 3000 + sites);
  await site.provision();
  return site;
}

describe('a deployment', () => {
  it('puts a commit on line, then the next one, and leaves what already runs alone', async () => {
    const site = await newSite();
    const { layout, application } = site;
    const first = site.repository.commit('one');
    expect(await site.deploy()).toMatchObject({ status: 'done' });
    expect(await site.serving()).toBe(first);
    expect(await site.run(sh`cat ${`${layout.current}/built`}`)).toBe(`${first} production\n`);
    expect(
      await site.run(
        sh`runuser -u ${application.user} -- git -C ${layout.current} log --format=%s`,
      ),
    ).toBe('one\n');
    expect(await site.deploy()).toEqual({ status: 'unchanged' });

    site.repository.write('odd\n"name" $(id) é', 'x');
    const second = site.repository.commit('two');
    expect(await site.deploy()).toMatchObject({ status: 'done' });
    expect(await site.serving()).toBe(second);
    expect(await site.run(sh`cat ${`${layout.current}/odd\n"name" $(id) é`}`)).toBe('x');
    const [one = '', ...others] = await site.releases();
    expect(others).toHaveLength(1);
    expect(await site.status()).toMatch(
      new RegExp(`^release .*\ncommit  ${second}\nsince   20.*\nkept    ${one}\n$`),
    );
  });

  it('makes a new release of the same commit when the environment has changed', async () => {
    const site = await newSite();
    site.repository.commit('one');
    await site.deploy();
    const env = { GREETING: Text.of("it's\n$HOME"), TOKEN: Text.of(new Secret('t', 's3cr3t')) };
    expect(await site.deploy({ env })).toEqual({ status: 'done', inputSize: 0 });
    expect(await site.releases()).toHaveLength(2);
    expect(await site.deploy({ env })).toEqual({ status: 'unchanged' });

    const { layout, application } = site;
    const file = `${layout.environments}/${await site.current()}`;
    expect(await site.run(sh`stat -c '%a %U' ${[file, `${file}.web`]}`)).toBe(
      `600 ${application.user}\n`.repeat(2),
    );
    const seen = await site.run(sh`cat "/proc/$(cat ${`/run/${application.name}.pid`})/environ"`);
    expect(seen.split('\0')).toEqual(
      expect.arrayContaining([
        "GREETING=it's\n$HOME",
        'TOKEN=s3cr3t',
        `HOME=${layout.userHome}`,
        `PORT=${String(application.processes[0]?.port)}`,
        `RELEASE=${await site.current()}`,
      ]),
    );
    const built = await site.run(sh`cat ${`${layout.current}/environment`}`);
    expect(built).not.toContain('s3cr3t');
    expect(built).toContain('GREETING');
  });

  it.each([
    ['the build fails', { build: 'echo oh dear >&2; false; true' }, 'build', 'oh dear'],
    ['the dependencies cannot be had', { install: 'npm ci && exit 3' }, 'install', ''],
    ['a folder is missing', { directory: 'apps/web' }, 'checkout', "no folder 'apps/web'"],
  ])('leaves the running release untouched when %s', async (_, section, step, message) => {
    const site = await newSite();
    const first = site.repository.commit('one');
    await site.deploy();
    const before = await site.traces();
    site.repository.commit('two');
    const ended = await site.deploy({ section });
    expect(ended).toMatchObject({ status: 'failed', step });
    expect(ended).toHaveProperty('output', expect.stringContaining(message));
    expect(await site.traces()).toEqual(before);
    expect(await site.serving()).toBe(first);
    expect(await site.deploy()).toMatchObject({ status: 'done' });
  });

  it('takes everything back when a process does not come up, the first time as well', async () => {
    const site = await newSite();
    site.answer(500);
    site.repository.commit('one');
    expect(await site.deploy()).toMatchObject({ status: 'failed', step: 'check web' });
    expect(await site.current()).toBe('');
    expect(await site.releases()).toEqual([]);
    site.answer(200);
    const good = site.repository.commit('two');
    await site.deploy();
    const before = await site.traces();
    site.answer(503);
    site.repository.commit('three');
    expect(await site.deploy()).toHaveProperty(
      'output',
      expect.stringContaining('answers 503, not 200'),
    );
    expect(await site.traces()).toEqual(before);
    expect(await site.serving()).toBe(good);
  });

  it('is not deceived by another process that answers, nor without means to tell', async () => {
    const site = await newSite();
    const port = String(site.application.processes[0]?.port);
    const unstarted = (steps: readonly ReleaseStep[]): readonly ReleaseStep[] =>
      steps.filter(({ phase }) => phase !== 'stop' && phase !== 'start');
    site.repository.commit('one');
    await site.deploy();
    const old = `${site.layout.releases}/${await site.current()}`;
    site.repository.commit('two');
    expect(await site.deploy({ steps: unstarted })).toHaveProperty(
      'output',
      expect.stringMatching(
        new RegExp(`on port ${port} listens process \\d+ \\(node\\) in ${old}, not this release`),
      ),
    );
    await site.run(sh`
      kill "$(cat ${`/run/${site.application.name}.pid`})"
      cd /
      setsid ${node} -e ${`require('http').createServer((q, s) => s.end()).listen(${port})`} >/dev/null 2>&1 &
      echo $! >/run/foreign.pid
      until curl -s ${`http://127.0.0.1:${port}/`}; do sleep 0.1; done`);
    expect(await site.deploy({ steps: unstarted })).toHaveProperty(
      'output',
      expect.stringMatching(/listens process \d+ \(node\) in \/, not this release/),
    );
    await site.run(sh`kill "$(cat /run/foreign.pid)"; mv /usr/bin/ss /usr/bin/ss.away`);
    const blind = await site.deploy();
    await site.run(sh`mv /usr/bin/ss.away /usr/bin/ss`);
    expect(blind).toHaveProperty('output', expect.stringContaining('there is no ss'));
    expect(await site.deploy()).toMatchObject({ status: 'done' });
  });

  it('keeps the last good releases, whatever failed in between, and nothing of what was cut off', async () => {
    const site = await newSite();
    const { layout } = site;
    for (const subject of ['one', 'two', 'three', 'four']) {
      site.repository.commit(subject);
      await site.deploy({ section: { keep: 2 } });
      await site.deploy({ section: { keep: 2, build: 'false' }, force: true });
    }
    const [, newer = '', ...others] = await site.releases();
    expect(others).toEqual([]);
    expect(await site.current()).toBe(newer);

    // As a power cut leaves them.
    const cutOff = '20991231-235959-aaaaaaa';
    await site.run(sh`
      cd ${layout.releases}
      mkdir ${cutOff} .removed-20991231-235959-bbbbbbb somebody-elses
      touch ${[cutOff, `${cutOff}.web`, `.${cutOff}.new`].map((name) => `${layout.environments}/${name}`)}
      ln -s x ${`${layout.home}/.next-${cutOff}`}
      printf '{"release":"209' >>${layout.history}`);
    site.repository.commit('five');
    expect(await site.deploy({ section: { keep: 2 } })).toMatchObject({ status: 'done' });
    const kept = [newer, await site.current()];
    expect(await site.traces()).toMatchObject({
      home: expect.not.arrayContaining([`.next-${cutOff}`]) as unknown,
      releases: [...kept, 'somebody-elses'],
      environments: kept.flatMap((id) => [id, `${id}.web`]),
      refs: kept,
      worktrees: kept,
    });
    expect(await site.deploy({ section: { keep: 2 } })).toEqual({ status: 'unchanged' });
  });

  it('does not count a release as good that was taken back after it was recorded', async () => {
    const site = await newSite();
    const first = site.repository.commit('one');
    await site.deploy();
    const before = await site.traces();
    const good = await site.current();
    site.repository.commit('two');
    const late: ReleaseStep = { phase: 'clean', name: 'late', run: sh`false` };
    expect(await site.deploy({ steps: (steps) => [...steps, late] })).toMatchObject({
      status: 'failed',
      step: 'late',
    });
    expect(await site.traces()).toEqual(before);
    expect(await site.serving()).toBe(first);
    expect(await site.status()).toMatch(new RegExp(`^release ${good}\n(.*\n)*kept    no other\n$`));
    // As if it could not all have been taken back.
    const [, undone = ''] =
      /.*"release":"([^"]*)","outcome":"undone"/.exec(
        await site.run(sh`cat ${site.layout.history}`),
      ) ?? [];
    await site.run(sh`mkdir ${`${site.layout.releases}/${undone}`}`);
    expect(await site.status()).toContain('kept    no other\n');
    site.repository.commit('three');
    await site.deploy();
    expect(await site.releases()).not.toContain(undone);
  });

  it('takes nothing away from a release that is there already', async () => {
    const site = await newSite();
    const first = site.repository.commit('one');
    const plan = await site.plan();
    if (!plan) throw new Error('no plan');
    expect(await site.carryOut(plan)).toMatchObject({ status: 'done' });
    const before = await site.traces();
    expect(await site.carryOut(plan)).toMatchObject({
      status: 'failed',
      step: 'fetch',
      output: expect.stringContaining('it is there already; deploy again') as unknown,
    });
    expect(await site.traces()).toEqual(before);
    expect(await site.serving()).toBe(first);
  });

  it('is made again when the one before was cut off after the switch', async () => {
    const site = await newSite();
    const { history } = site.layout;
    site.repository.commit('one');
    await site.deploy();
    await site.run(sh`cp ${history} /run/history`);
    site.repository.commit('two');
    await site.deploy();
    await site.run(sh`cp /run/history ${history}`);
    expect(await site.status()).toContain('did not come to its end: deploy again');
    expect(await site.deploy()).toMatchObject({ status: 'done' });
    expect(await site.status()).not.toContain('did not come to its end');
  });

  it('goes on with all of the history when the repository on the host was lost', async () => {
    const site = await newSite();
    site.repository.commit('one');
    await site.deploy();
    await site.run(sh`find ${site.layout.repository} -mindepth 1 -delete`);
    site.repository.commit('two');
    expect(await site.deploy()).toMatchObject({ status: 'done' });
  });

  it('lets the host fetch from a URL, with credentials that no process list shows', async () => {
    const site = await newSite();
    site.repository.commit('one');
    const served = await serve(site, 'bot:p@ss/word');
    const repository = Text.of('https://bot:', new Secret('token', 'p@ss/word'), `@${served}`);
    const section = { repository, revision: 'main' };
    expect(await site.deploy({ section })).toEqual({ status: 'done', inputSize: 0 });
    expect(await site.deploy({ section })).toEqual({ status: 'unchanged' });
    const second = site.repository.commit('two');
    await publish(site);
    expect(await site.deploy({ section })).toMatchObject({ status: 'done' });
    expect(await site.serving()).toBe(second);
    // What is there is not fetched again.
    const elsewhere = { repository: `http://127.0.0.1:1/x`, revision: second };
    expect(await site.deploy({ section: elsewhere, force: true })).toMatchObject({
      status: 'done',
    });
    expect(
      await site.deploy({ section: { ...elsewhere, revision: 'a'.repeat(40) } }),
    ).toHaveProperty(
      'output',
      expect.stringContaining('Cannot fetch from http://127.0.0.1:1/x: git says why above'),
    );
  });
});

describe('a deployment that is killed', () => {
  const section = { install: false, keep: 2 };
  const kill = sh`kill -9 "-$(cut -d ' ' -f 6 /proc/self/stat)"`;

  it('at any step leaves a host that the next one puts right', async () => {
    const site = await newSite();
    let serving = site.repository.commit('first');
    await site.deploy({ section });
    const steps: string[] = [];
    const note = (all: readonly ReleaseStep[]): readonly ReleaseStep[] => {
      steps.push(...all.map(({ name }) => name));
      return all;
    };
    await site.deploy({ section, force: true, steps: note });
    expect(steps).toHaveLength(10);
    for (const victim of steps) {
      for (const half of ['before', 'after']) {
        const at = `killed ${half} ${victim}`;
        const commit = site.repository.commit(at);
        const killed = await site.deploy({
          section,
          steps: (all) =>
            all.map((step) =>
              step.name === victim
                ? { ...step, run: half === 'before' ? kill : sh`( ${step.run} ); ${kill}` }
                : step,
            ),
        });
        expect(killed, at).toMatchObject({ status: 'cut off' });
        // The old release serves until it is stopped; the next stage starts the new one beside it.
        const untouched = ['fetch', 'checkout', 'start files', 'build'].includes(victim);
        if (untouched || (victim === 'stop web' && half === 'before')) {
          expect(await site.serving(), at).toBe(serving);
        }
        // Once it was recorded as good, only the pruning was missed.
        const recorded = victim === 'prune' || at === 'killed after record';
        expect(await site.deploy({ section }), at).toMatchObject({
          status: recorded ? 'unchanged' : 'done',
        });
        expect(await site.serving(), at).toBe(commit);
        serving = commit;
      }
    }
    // The one before is kept as long as it may be needed, even one that was cut off.
    site.repository.commit('last');
    await site.deploy({ section });
    const releases = await site.releases();
    const traces = await site.traces();
    expect(traces).toMatchObject({
      environments: releases.flatMap((id) => [id, `${id}.web`]),
      refs: releases,
      worktrees: releases,
    });
    expect(releases).toHaveLength(2);
    expect(await site.deploy({ section })).toEqual({ status: 'unchanged' });
  });
});

/** Brings the site's repository, as it is now, to where the host serves it. */
async function publish(site: Site): Promise<void> {
  const path = join(temporaryFolder(), 'bundle');
  site.repository.git('bundle', 'create', '--quiet', path, 'main');
  const { status, stderr } = await connection.run(
    sh`
    cat <&3 >/run/all.bundle
    rm -rf /srv/origin.git
    git clone --quiet --bare /run/all.bundle /srv/origin.git`,
    { input: readFileSync(path) },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
}

/** Serves a site's repository over HTTP to whoever has the credentials, and gives its host and path. */
async function serve(site: Site, credentials: string): Promise<string> {
  await publish(site);
  await site.run(sh`
    printf %s ${GIT_SERVER} >/run/git-server.js
    cd /
    CREDENTIALS=${credentials} setsid ${node} /run/git-server.js >/run/git-server.log 2>&1 &
    until curl -s ${literal('http://127.0.0.1:8070/')}; do sleep 0.1; done`);
  return `${test.host.address}:8070/origin.git`;
}

const GIT_SERVER = `
const { spawn } = require('child_process');
const expected = 'Basic ' + Buffer.from(process.env.CREDENTIALS).toString('base64');
require('http').createServer((request, response) => {
  if (request.headers.authorization !== expected) {
    response.writeHead(401, { 'WWW-Authenticate': 'Basic' }).end();
    return;
  }
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  const backend = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: '/srv',
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      REQUEST_METHOD: request.method,
      PATH_INFO: pathname,
      QUERY_STRING: searchParams.toString(),
      CONTENT_TYPE: request.headers['content-type'],
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
    },
  });
  request.pipe(backend.stdin);
  const chunks = [];
  backend.stdout.on('data', (chunk) => chunks.push(chunk));
  backend.on('close', () => {
    const output = Buffer.concat(chunks);
    const end = output.indexOf('\\r\\n\\r\\n');
    const headers = output.toString('latin1', 0, end).split('\\r\\n').map((line) => line.split(': '));
    const status = Number.parseInt(headers.find(([name]) => name === 'Status')?.[1] ?? '200', 10);
    response.writeHead(status, Object.fromEntries(headers));
    response.end(output.subarray(end + 4));
  });
}).listen(8070);
`;
