import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { literal, sh, type Connection, type Script } from '@fairness-deploy/shell';
import { nodeFolder } from '@fairness-deploy/core/resources';
import { PHASES } from '../order/phases.js';
import { type ReleaseStep } from '../order/release-step.js';
import { gateway } from '@fairness-deploy/sandbox';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saying } from '@fairness-deploy/shell/testing';
import type { Layout } from '../application/layout.js';
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
async function newSite(before: (layout: Layout) => Script = () => sh`:`): Promise<Site> {
  sites += 1;
  const site = new Site(connection, NODE, `site${String(sites)}`, 3000 + sites);
  await site.run(before(site.layout));
  await site.provision();
  return site;
}

/** Ends the job with all of its session, as `kill -9` or a power cut does. */
const kill = sh`kill -9 "-$(cut -d ' ' -f 6 /proc/self/stat)"`;

/** One after the other, on lines of their own: the first may end with the end of its input. */
function then(run: Script, next: Script): Script {
  return sh`
    (
    ${run}
    )
    ${next}`;
}

/** Makes one step another one. */
function instead(
  name: string,
  other: (run: Script) => Script,
): (steps: readonly ReleaseStep[]) => readonly ReleaseStep[] {
  return (steps) =>
    steps.map((step) => (step.name === name ? { ...step, run: other(step.run) } : step));
}

describe('a deployment', () => {
  it('deploys a commit, then the next one, and leaves what already runs alone', async () => {
    const site = await newSite();
    const { layout, application } = site;
    const first = site.repository.commit('one');
    expect(await site.deploy()).toMatchObject({ status: 'done' });
    expect(await site.serving()).toBe(first);
    expect(await site.run(sh`cat ${`${layout.current}/built`}`)).toBe(
      `${first} production 1.0.0\n`,
    );
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
    const green = await site.current();
    expect(await site.status()).toMatchObject({
      level: 'ok',
      text: expect.stringMatching(
        `^${green} is live, of commit ${second.slice(0, 10)} "two" by .*; deployed by root at 20.*Z, in green, on Node.js ${NODE.version}; kept: ${one}$`,
      ) as string,
      data: { release: green, commit: second, colour: 'green', kept: [one] },
    });
  });

  it('starts beside the live release, in the other colour, which serves until the switch', async () => {
    const site = await newSite();
    const first = site.repository.commit('one');
    await site.deploy();
    expect(await site.live()).toBe('blue');
    const pid = await site.run(sh`cat ${site.pidFile('blue')}`);
    const second = site.repository.commit('two');
    const both = sh`curl -s http://127.0.0.1:${literal(String(site.application.processes[0]?.port))}; echo; readlink ${site.layout.live}`;
    const look = (name: string): ReturnType<typeof instead> =>
      instead(
        name,
        (run) => sh`
        ${both}
        (
        ${run}
        )
        ${both}`,
      );
    const ended = await site.deploy({ steps: (all) => look('settle web')(look('switch')(all)) });
    expect(ended).toMatchObject({
      status: 'done',
      said: {
        'settle web': `${first}\ncolours/blue\n${first}\ncolours/blue\n`,
        switch: `${first}\ncolours/blue\n${first}\ncolours/green\n`,
      },
    });
    expect(await site.live()).toBe('green');
    expect(await site.serving()).toBe(second);
    expect(await site.list(sh`ls -A ${site.layout.colours}/*`)).not.toContain(pid.trim());
    expect(await site.run(sh`ls -A ${`${site.layout.colours}/blue`}`)).toBe('');
    expect(await site.run(sh`[ -d ${`/proc/${pid.trim()}`} ] || echo ended`)).toBe('ended\n');
    const third = site.repository.commit('three');
    await site.deploy();
    expect(await site.live()).toBe('blue');
    expect(await site.serving()).toBe(third);
  });

  it('copies what is built already when only the environment has changed', async () => {
    const site = await newSite();
    const first = site.repository.commit('one');
    await site.deploy();
    const env = {
      GREETING: Text.of(new Secret('g', "it's\n$HOME")),
      TOKEN: Text.of(new Secret('t', 's3cr3t')),
    };
    const ended = await site.deploy({ env });
    expect(ended).toMatchObject({ status: 'done', inputSize: 0 });
    expect(ended).toHaveProperty(['said', 'copy build'], expect.stringContaining('built already'));
    expect(ended).not.toHaveProperty(['said', 'build']);
    expect(await site.releases()).toHaveLength(2);
    expect(await site.deploy({ env })).toEqual({ status: 'unchanged' });

    const { layout, application } = site;
    const file = `${layout.variables}/${await site.current()}`;
    expect(await site.run(sh`stat -c '%a %U' ${[file, `${file}.web`, `${file}.command.sh`]}`)).toBe(
      `600 ${application.user}\n`.repeat(3),
    );
    const seen = await site.run(sh`cat "/proc/$(cat ${site.pidFile('green')})/environ"`);
    expect(seen.split('\0')).toEqual(
      expect.arrayContaining([
        "GREETING=it's\n$HOME",
        'TOKEN=s3cr3t',
        `HOME=${layout.userHome}`,
        `PORT=${String(application.processes[0]?.alternatePort)}`,
        `RELEASE=${await site.current()}`,
      ]),
    );
    expect(await site.run(sh`cat ${`${layout.current}/built`}`)).toBe(
      `${first} production 1.0.0\n`,
    );
    expect(
      await site.run(
        sh`runuser -u ${application.user} -- git -C ${layout.current} status --porcelain -uno; stat -c %U ${`${layout.current}/node_modules/dep/index.js`}`,
      ),
    ).toBe(`${application.user}\n`);
  });

  it('builds anew when the environment that a build sees has changed, and shows it no secret', async () => {
    const site = await newSite();
    site.repository.commit('one');
    await site.deploy();
    const env = { GREETING: Text.of("it's"), TOKEN: Text.of(new Secret('t', 's3cr3t')) };
    expect(await site.deploy({ env })).toHaveProperty(['said', 'build']);
    const built = await site.run(sh`cat ${`${site.layout.current}/environment`}`);
    expect(built).not.toContain('s3cr3t');
    expect(built).toContain('GREETING');
  });

  it.each([
    ['the build fails', { build: 'echo oh dear >&2; false; true' }, 'build', 'oh dear'],
    ['the dependencies cannot be had', { install: 'npm ci && exit 3' }, 'install', ''],
    ['a folder is missing', { directory: 'apps/web' }, 'checkout', "no folder 'apps/web'"],
    ['the migration fails', { migrate: 'echo oh dear >&2; false; true' }, 'migrate', 'oh dear'],
    [
      'the migration hangs',
      { migrate: 'sleep 600', migrateTimeout: 0.5 },
      'migrate',
      'ended after 0.5 s',
    ],
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
    expect((await site.history()).at(-1)).toMatchObject({ outcome: 'failed', failed: step });
    expect(await site.deploy()).toMatchObject({ status: 'done' });
  });

  it.each([
    [
      'dies at once',
      { diesAfter: 0, listensAfter: 100 },
      'check web',
      /oh dear\n[^]*it ended by itself \(process \d+\)/,
    ],
    ['never answers', { status: 0 }, 'check web', /does not answer, after 1 s/],
    ['answers 500', { status: 500 }, 'check web', /answers 500, not 200, after 1 s/],
    ['answers too late', { listensAfter: 10_000 }, 'check web', /does not answer, after 1 s/],
    ['dies after a while', { diesAfter: 1500 }, 'settle web', /oh dear\n[^]*it was healthy, and/],
  ])(
    'takes everything back when the process %s, the first time as well',
    async (_, behaviour, step, message) => {
      const site = await newSite();
      // What listens in time may be slow to do so on a busy machine.
      const health = { deadline: step === 'settle web' ? 10 : 1, settle: 3 };
      site.behave(behaviour);
      site.repository.commit('bad');
      expect(await site.deploy({ health })).toMatchObject({ status: 'failed', step });
      expect(await site.current()).toBe('');
      expect(await site.releases()).toEqual([]);
      site.behave({});
      const good = site.repository.commit('good');
      expect(await site.deploy()).toMatchObject({ status: 'done' });
      const before = await site.traces();
      site.behave(behaviour);
      site.repository.commit('bad again');
      expect(await site.deploy({ health })).toMatchObject({
        status: 'failed',
        step,
        output: expect.stringMatching(message) as unknown,
      });
      expect(await site.traces()).toEqual(before);
      expect(await site.serving()).toBe(good);
    },
  );

  it('waits for a process that answers only after a while', async () => {
    const site = await newSite();
    site.behave({ listensAfter: 2000 });
    const commit = site.repository.commit('slow');
    expect(await site.deploy({ health: { deadline: 20 } })).toMatchObject({ status: 'done' });
    expect(await site.serving()).toBe(commit);
  });

  it('migrates once, with the secrets, before the new release is started', async () => {
    const site = await newSite();
    const env = { TOKEN: Text.of(new Secret('t', 's3cr3t')) };
    const migrate = 'echo "$TOKEN $COMMIT" >>"$HOME/migrated"';
    const migrated = sh`cat ${`${site.layout.userHome}/migrated`}`;
    const first = site.repository.commit('one');
    expect(await site.deploy({ env, section: { migrate } })).toMatchObject({ status: 'done' });
    expect(await site.run(migrated)).toBe(`s3cr3t ${first}\n`);
    expect(await site.deploy({ env, section: { migrate } })).toEqual({ status: 'unchanged' });
    expect(await site.run(migrated)).toBe(`s3cr3t ${first}\n`);
    const [entry] = await site.history();
    const phases = Object.keys(entry?.phases ?? {});
    expect(phases.indexOf('migrate')).toBeGreaterThan(phases.indexOf('build'));
    expect(phases.indexOf('migrate')).toBeLessThan(phases.indexOf('start'));
  });

  it('trusts no process that it has not started, of any user, and stops without means to tell', async () => {
    const site = await newSite();
    const { application, layout } = site;
    const health = { deadline: 2 };
    site.repository.commit('one');
    await site.deploy();
    const unstarted = (steps: readonly ReleaseStep[]): readonly ReleaseStep[] =>
      steps.filter(({ name }) => name !== 'start web' && name !== 'stop web');
    site.repository.commit('two');
    expect(await site.deploy({ health, steps: unstarted })).toHaveProperty(
      'output',
      expect.stringContaining('nothing has started it'),
    );

    // It answers from within the new release's folder, while the release itself does not listen yet.
    await site.run(sh`id -u mallory >/dev/null 2>&1 || useradd --system mallory`);
    const port = (application.processes[0]?.port ?? 0) + 100;
    const squatAs = (user: string) =>
      instead(
        'start web',
        (run) => sh`
          (
          ${run}
          )
          cd -- ${layout.releases}
          cd -- "$(ls | tail -n 1)"
          setsid setpriv --reuid=${user} --regid=${user} --clear-groups \
            ${node} -e ${`require('http').createServer((q, s) => s.end()).listen(${String(port)}, '127.0.0.1')`} >/dev/null 2>&1 </dev/null &
          echo $! >/run/squatter.pid
          until curl -s ${`http://127.0.0.1:${String(port)}/`}; do sleep 0.1; done`,
      );
    site.behave({ listensAfter: 100_000 });
    for (const user of ['mallory', application.user]) {
      site.repository.commit(`squatted by ${user}`);
      const ended = await site.deploy({ health, steps: squatAs(user) });
      expect(ended).toHaveProperty(
        'output',
        expect.stringMatching(
          new RegExp(
            `on ${String(port)} listens process \\d+ \\(node\\) of ${user}, which this deployment has not started\\n {2}→ stop that process`,
          ),
        ),
      );
      await site.run(sh`kill "$(cat /run/squatter.pid)"`);
    }
    site.behave({});
    site.repository.commit('three');
    await site.run(sh`mv /usr/bin/ss /usr/bin/ss.away`);
    const blind = await site.deploy();
    await site.run(sh`mv /usr/bin/ss.away /usr/bin/ss`);
    expect(blind).toHaveProperty('output', expect.stringContaining('the program ss is missing'));
    expect(await site.deploy()).toMatchObject({ status: 'done' });
  });

  it.each([
    ['before the previous one stops', 'drain', 'check again'],
    ['once it is alone', 'stop', 'check alone'],
    ['while the deployment cleans up', 'clean', 'check at the end'],
  ] as const)('goes back when the new release dies %s', async (_, phase, step) => {
    const site = await newSite();
    const first = site.repository.commit('one');
    await site.deploy();
    const before = await site.traces();
    const good = await site.current();
    site.repository.commit('two');
    const dies: ReleaseStep = {
      ...{ phase, name: 'dies', place: phase === 'stop' ? 'last' : 'first' },
      run: sh`kill -9 "$(cat ${site.pidFile('green')})"`,
    };
    // Before the release's own steps, which are the last of their phase.
    expect(await site.deploy({ steps: (steps) => [dies, ...steps] })).toMatchObject({
      status: 'failed',
      step,
      output: expect.stringMatching(
        /Cannot keep \S+: web was well when it got the traffic, and now it ended by itself/,
      ) as unknown,
    });
    expect(await site.serving()).toBe(first);
    expect(await site.current()).toBe(good);
    expect(await site.traces()).toEqual(before);
    expect((await site.history()).at(-1)).toMatchObject({ outcome: 'failed', failed: step });
  });

  it('keeps the last good releases, whatever failed in between, and nothing of what was cut off', async () => {
    const site = await newSite();
    const { layout, application } = site;
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
      touch ${[cutOff, `${cutOff}.web`, `${cutOff}.command.sh`, `.${cutOff}.new`].map((name) => `${layout.variables}/${name}`)}
      ln -s x ${`${layout.home}/.next-${cutOff}`}
      mkdir ${[`.${cutOff}`, `.${cutOff}.new`, 'c'.repeat(64)].map((name) => `${layout.dependencies}/${name}`)}
      touch ${`${layout.dependencies}/${cutOff}.key`}
      cd ${layout.repository}
      runuser -u ${application.user} -- mkdir worktrees/${cutOff}
      runuser -u ${application.user} -- touch config.lock packed-refs.lock HEAD.lock refs/fairness-deploy/${newer}.lock worktrees/${cutOff}/locked
      printf '{"release":"209' >>${layout.history}`);
    site.repository.commit('five');
    expect(await site.deploy({ section: { keep: 2 } })).toMatchObject({ status: 'done' });
    const kept = [newer, await site.current()];
    const traces = await site.traces();
    expect(traces).toMatchObject({
      releases: [...kept, 'somebody-elses'],
      variables: kept.flatMap((id) => [id, `${id}.command.sh`, `${id}.web`]),
      refs: kept,
      worktrees: kept,
    });
    expect(traces).toHaveProperty('home', expect.not.arrayContaining([`.next-${cutOff}`]));
    const dependencies = await site.list(sh`ls -A ${layout.dependencies}`);
    expect(dependencies.filter((name) => name.includes(cutOff) || name.startsWith('cc'))).toEqual(
      [],
    );
    expect(await site.deploy({ section: { keep: 2 } })).toEqual({ status: 'unchanged' });
  });

  it('does not count a release as good that was undone at the last moment', async () => {
    const site = await newSite();
    const first = site.repository.commit('one');
    await site.deploy();
    const before = await site.traces();
    const good = await site.current();
    site.repository.commit('two');
    const late: ReleaseStep = {
      phase: 'confirm',
      place: 'last',
      name: 'late "one"',
      run: sh`false`,
    };
    expect(await site.deploy({ steps: (steps) => [...steps, late] })).toMatchObject({
      status: 'failed',
      step: late.name,
    });
    expect(await site.traces()).toEqual(before);
    expect(await site.serving()).toBe(first);
    expect(await site.status()).toMatchObject({ level: 'ok', data: { release: good, kept: [] } });
    const failed = (await site.history()).at(-1);
    expect(failed).toMatchObject({ outcome: 'failed', failed: late.name, subject: 'two' });
    // As if it could not all have been undone.
    const undone = failed?.release ?? '';
    await site.run(sh`mkdir -p ${`${site.layout.releases}/${undone}`}`);
    expect((await site.status()).text).toContain('kept: no other');
    site.repository.commit('three');
    await site.deploy();
    expect(await site.releases()).not.toContain(undone);
  });

  it('does not give the traffic back to what does not run any more', async () => {
    const site = await newSite();
    site.repository.commit('one');
    await site.deploy();
    const two = site.repository.commit('two');
    const stopped: ReleaseStep = {
      ...{ phase: 'confirm', place: 'last', name: 'stopped' },
      run: sh`kill "$(cat ${site.pidFile((await site.live()) ?? 'blue')})"; sleep 0.5; exit 1`,
    };
    await expect(site.deploy({ steps: (steps) => [...steps, stopped] })).rejects.toThrow(
      'no process of the previous release listens any more',
    );
    expect(await site.serving()).toBe(two);
  });

  it('stays live, and good, whatever fails once the one before is stopped', async () => {
    const site = await newSite();
    site.repository.commit('one');
    await site.deploy();
    const commit = site.repository.commit('two');
    const late: ReleaseStep = { phase: 'stop', name: 'late', place: 'first', run: sh`false` };
    expect(await site.deploy({ steps: (steps) => [...steps, late] })).toMatchObject({
      status: 'failed',
      step: late.name,
    });
    expect(await site.serving()).toBe(commit);
    expect((await site.history()).at(-1)).toMatchObject({ outcome: 'good', subject: 'two' });
    // The one before is there still: to deploy again clears that up.
    expect(await site.deploy()).toMatchObject({ status: 'done' });
    expect(await site.deploy()).toEqual({ status: 'unchanged' });
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
      output: expect.stringContaining('it is there already\n  → deploy again') as unknown,
    });
    expect(await site.traces()).toEqual(before);
    expect(await site.serving()).toBe(first);
    expect(await site.deploy()).toEqual({ status: 'unchanged' });
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
    expect(await site.status()).toMatchObject({ level: 'fail', hint: 'deploy again' });
    expect(await site.deploy()).toMatchObject({ status: 'done' });
    expect(await site.status()).toMatchObject({ level: 'ok' });
  });

  it('goes on with all of the history when the repository on the host was lost', async () => {
    const site = await newSite();
    site.repository.commit('one');
    await site.deploy();
    await site.run(sh`find ${site.layout.repository} -mindepth 1 -delete`);
    site.repository.commit('two');
    expect(await site.deploy()).toMatchObject({ status: 'done' });
  });

  it('leaves the running release alone when the disk is full, and finds its way back by itself', async () => {
    const site = await newSite(
      (layout) => sh`
      mkdir ${layout.home}
      mount -t tmpfs -o size=32m fd-test ${layout.home}`,
    );
    const first = site.repository.commit('one');
    expect(await site.deploy()).toMatchObject({ status: 'done' });
    const before = await site.traces();
    site.repository.commit('two');
    const install = 'npm ci --foreground-scripts; head -c 99999999 /dev/zero >node_modules/big';
    expect(await site.deploy({ section: { install } })).toMatchObject({
      status: 'failed',
      step: 'install',
      output: expect.stringContaining('No space left on device') as unknown,
    });
    expect(await site.serving()).toBe(first);
    expect(await site.traces()).toEqual(before);
    expect((await site.history()).at(-1)).toMatchObject({ outcome: 'failed', failed: 'install' });

    // So full that not even the beginning can be written down.
    await site.run(sh`head -c 99999999 /dev/zero >${`${site.layout.home}/big`} 2>/dev/null || :`);
    const full = await site.deploy().catch(String);
    expect(full).not.toHaveProperty('status', 'done');
    expect(await site.serving()).toBe(first);
    await site.run(sh`rm ${`${site.layout.home}/big`}`);
    expect(await site.deploy()).toMatchObject({ status: 'done' });
  });

  it('lets the host fetch from a URL, with credentials that no process list shows', async () => {
    const site = await newSite();
    site.repository.commit('one');
    const served = await serve(site, 'bot:p@ss/word');
    const repository = Text.of('https://bot:', new Secret('token', 'p@ss/word'), `@${served}`);
    const section = { repository, revision: 'main' };
    expect(await site.deploy({ section })).toMatchObject({ status: 'done', inputSize: 0 });
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
    await expect(
      site.deploy({ section: { ...elsewhere, revision: 'a'.repeat(40) } }),
    ).rejects.toThrow(
      saying(
        /Cannot fetch a{10} from http:\/\/127\.0\.0\.1:1\/x: fatal: .*\n.*the user site\d+ must/,
      ),
    );
  });
});

describe('dependencies', () => {
  const taken = 'The dependencies are those of a release before\n';
  const installed = expect.not.stringContaining('those of a release before') as unknown;
  const dependency = 'node_modules/dep/index.js';

  it('are installed when the lock file has changed, and else taken from the release before', async () => {
    const site = await newSite();
    const section = { keep: 2 };
    const { layout } = site;
    site.repository.commit('one');
    expect(await site.deploy({ section })).toMatchObject({ said: { install: installed } });
    site.repository.commit('two');
    expect(await site.deploy({ section })).toMatchObject({ said: { install: taken } });
    site.depend('2.0.0');
    const third = site.repository.commit('three');
    expect(await site.deploy({ section })).toMatchObject({ said: { install: installed } });
    expect(await site.run(sh`cat ${`${layout.current}/built`}`)).toContain('2.0.0');
    // Those of the first lock file are needed by the second release.
    const kept = (): Promise<readonly string[]> =>
      site.list(sh`ls ${layout.dependencies} | grep -v key`);
    expect(await kept()).toHaveLength(2);
    site.repository.commit('four');
    expect(await site.deploy({ section })).toMatchObject({ said: { install: taken } });
    expect(await kept()).toHaveLength(1);
    expect(await site.run(sh`ls -A ${layout.dependencies} | grep -c key`)).toBe('2\n');
    expect(await site.deploy({ force: true, section: { dependencies: 'install' } })).toMatchObject({
      status: 'done',
      said: { install: installed },
    });
    expect(third).not.toBe('');
  });

  it('of a release are kept as long as one is there that was copied from it', async () => {
    const site = await newSite();
    const section = { keep: 2 };
    site.repository.commit('one');
    expect(await site.deploy({ section })).toMatchObject({ said: { install: installed } });
    for (const greeting of ['hello', 'good day']) {
      const env = { TOKEN: Text.of(new Secret('t', greeting)) };
      expect(await site.deploy({ section, env })).toHaveProperty(['said', 'copy build']);
    }
    // Two copies later the one that has installed them is gone.
    expect(await site.releases()).toHaveLength(2);
    site.repository.commit('two');
    expect(await site.deploy({ section })).toMatchObject({ said: { install: taken } });
  });

  it('that are shared cannot be changed by a build, only replaced; copies can', async () => {
    const site = await newSite();
    const { layout } = site;
    site.repository.commit('one');
    await site.deploy();
    site.repository.commit('two');
    const kept = sh`cat ${layout.dependencies}/*/${literal(dependency)}`;
    const build = `echo '// changed' >>${dependency} && npm run build`;
    const linked = await site.deploy({ section: { build } });
    // Where the disk has reflinks, it is a copy as well.
    if (linked.status !== 'done') {
      expect(linked).toMatchObject({
        step: 'build',
        output: expect.stringContaining('Permission denied') as unknown,
      });
    }
    expect(await site.run(kept)).toBe("module.exports = '1.0.0';\n");
    expect(await site.deploy({ section: { build, dependencies: 'copy' } })).toMatchObject({
      status: 'done',
      said: { install: taken },
    });
    expect(await site.run(sh`cat ${`${layout.current}/${dependency}`}`)).toContain('changed');
    expect(await site.run(kept)).toBe("module.exports = '1.0.0';\n");
    const replace = `cp ${dependency} copy && echo '// changed' >>copy && mv -f copy ${dependency} && npm run build`;
    expect(await site.deploy({ section: { build: replace } })).toMatchObject({
      status: 'done',
      said: { install: taken },
    });
    expect(await site.run(kept)).toBe("module.exports = '1.0.0';\n");
  });

  it('are not kept when more decides on them than lock files, unless it is named', async () => {
    const site = await newSite();
    site.depend('1.0.0', { postinstall: 'node postinstall.js' });
    site.repository.write(
      'postinstall.js',
      "require('fs').writeFileSync('node_modules/made', 'x')",
    );
    site.repository.commit('one');
    const unkept = {
      install: expect.stringContaining('has scripts that installing runs') as unknown,
    };
    expect(await site.deploy()).toMatchObject({ status: 'done', said: unkept });
    expect(await site.deploy({ force: true })).toMatchObject({ status: 'done', said: unkept });
    const section = { installInputs: ['postinstall.js'] };
    expect(await site.deploy({ force: true, section })).toMatchObject({
      said: { install: installed },
    });
    expect(await site.deploy({ force: true, section })).toMatchObject({ said: { install: taken } });
    site.repository.write(
      'postinstall.js',
      "require('fs').writeFileSync('node_modules/made', 'y')",
    );
    site.repository.commit('two');
    expect(await site.deploy({ section })).toMatchObject({ said: { install: installed } });
    expect(await site.run(sh`cat ${`${site.layout.current}/node_modules/made`}`)).toBe('y');
  });

  it('are not kept when installing writes elsewhere, too', async () => {
    const site = await newSite();
    site.depend('1.0.0', { postinstall: 'touch elsewhere' });
    site.repository.commit('one');
    const section = { installInputs: ['package.json'] };
    for (const force of [false, true]) {
      expect(await site.deploy({ section, force })).toMatchObject({
        status: 'done',
        said: { install: expect.stringContaining('installing writes elsewhere, too') as unknown },
      });
    }
  });

  it('of strangers get no rights of root by being kept', async () => {
    const site = await newSite();
    const { layout, application } = site;
    site.repository.write(
      'postinstall.sh',
      `cd node_modules
      cp /bin/true raised && chmod 6755 raised
      mkdir -m 0700 private && echo x >private/file && chmod 0600 private/file
      ln -s /etc/shadow stolen && mkfifo pipe`,
    );
    site.depend('1.0.0', { postinstall: 'sh postinstall.sh' });
    site.repository.commit('one');
    const section = { installInputs: ['postinstall.sh'] };
    expect(await site.deploy({ section })).toMatchObject({ status: 'done' });
    expect(
      await site.run(
        sh`cd ${layout.dependencies}/*/node_modules; stat -c '%n %U:%G %a' raised private private/file stolen`,
      ),
    ).toBe(
      [
        `raised root:${application.user} 755`,
        `private root:${application.user} 750`,
        `private/file root:${application.user} 640`,
        `stolen root:${application.user} 777`,
        '',
      ].join('\n'),
    );
    expect(await site.run(sh`find ${layout.dependencies} -perm /7022 ! -type l`)).toBe('');
    const build = 'cat node_modules/private/file && npm run build';
    expect(await site.deploy({ section: { ...section, build } })).toMatchObject({
      status: 'done',
      said: { install: taken },
    });
  });
});

describe('a rollback', () => {
  it('puts the previous release back as it was made, and goes further back the next time', async () => {
    const site = await newSite();
    const env = { GREETING: Text.of('first') };
    const first = site.repository.commit('one');
    await site.deploy({ env });
    const second = site.repository.commit('two');
    await site.deploy();
    const third = site.repository.commit('three');
    await site.deploy();
    const [one = '', two = '', three = ''] = await site.releases();

    const ended = await site.rollback();
    expect(ended).toMatchObject({ status: 'done' });
    expect(Object.keys(ended.status === 'done' ? ended.said : {})).toEqual([
      'begin',
      'runtime',
      'prepare colour',
      'start web',
      'check web',
      'switch',
      'check again',
      'stop web',
      'check alone',
      'prune',
      'prune runtimes',
      'check at the end',
      'free colour',
    ]);
    expect(await site.serving()).toBe(second);
    expect(await site.current()).toBe(two);
    await site.rollback();
    expect(await site.serving()).toBe(first);
    const live = await site.live();
    const seen = await site.run(sh`cat "/proc/$(cat ${site.pidFile(live ?? 'blue')})/environ"`);
    expect(seen.split('\0')).toEqual(expect.arrayContaining(['GREETING=first', `RELEASE=${one}`]));
    await expect(site.rollback()).rejects.toThrow(
      saying(
        `there is no good release before the live one\n  → name one of these:\n    --to ${three}`,
      ),
    );
    await expect(site.rollback(one)).rejects.toThrow(
      `Cannot roll back to ${one}: it is the live release`,
    );
    await expect(site.rollback('nonsense')).rejects.toThrow('there is no good release "nonsense"');
    expect(await site.rollback(third.slice(0, 8))).toMatchObject({ status: 'done' });
    expect(await site.current()).toBe(three);
    expect(
      (await site.history()).map(({ action, release, outcome }) => [action, release, outcome]),
    ).toEqual([
      ['deploy', one, 'good'],
      ['deploy', two, 'good'],
      ['deploy', three, 'good'],
      ['rollback', two, 'good'],
      ['rollback', one, 'good'],
      ['rollback', three, 'good'],
    ]);
    expect(await site.status()).toMatchObject({ data: { release: three } });
    expect(await site.deploy()).toEqual({ status: 'unchanged' });
  });

  it('is given up when the release does not come up, or is live by then', async () => {
    const site = await newSite();
    site.repository.commit('one');
    await site.deploy();
    const second = site.repository.commit('two');
    await site.deploy();
    const [one = ''] = await site.releases();
    const before = await site.traces();
    const broken = `${site.layout.releases}/${one}/server.js`;
    await site.run(sh`mv ${broken} ${broken}.away`);
    expect(await site.rollback(undefined, { health: { deadline: 1 } })).toMatchObject({
      status: 'failed',
      step: 'check web',
    });
    await site.run(sh`mv ${broken}.away ${broken}`);
    expect(await site.traces()).toEqual(before);
    expect(await site.serving()).toBe(second);

    const { plan } = await site.planRollback();
    expect(await site.carryOut(plan)).toMatchObject({ status: 'done' });
    const after = await site.traces();
    expect(await site.carryOut(plan)).toMatchObject({
      status: 'failed',
      step: 'prepare colour',
      output: expect.stringContaining(
        'another deployment made it live since this was planned',
      ) as unknown,
    });
    expect(await site.traces()).toEqual(after);
    expect(await site.current()).toBe(one);
  });

  it('goes to the folder that the release had, whatever the section says by now', async () => {
    const site = await newSite();
    const app = (folder: string): void => {
      for (const name of [
        'server.js',
        'behaviour.json',
        '.npmrc',
        'build.js',
        'package.json',
        'package-lock.json',
        'dep-1.0.0.tgz',
      ]) {
        site.repository.git('mv', '-k', name, `${folder}/${name}`);
      }
    };
    site.repository.write('apps/old/x', '');
    site.repository.commit('zero');
    app('apps/old');
    const first = site.repository.commit('one');
    expect(await site.deploy({ section: { directory: 'apps/old' } })).toMatchObject({
      status: 'done',
    });
    site.repository.git('mv', 'apps/old', 'apps/new');
    site.repository.commit('two');
    const section = { directory: 'apps/new' };
    expect(await site.deploy({ section })).toMatchObject({
      status: 'done',
      said: { install: expect.not.stringContaining('those of') as unknown },
    });
    expect(await site.rollback(undefined, { section })).toMatchObject({ status: 'done' });
    expect(await site.serving()).toBe(first);
  });
});

describe('a deployment that is killed', () => {
  const section = { install: false, build: 'true', keep: 2 };

  it('at any step leaves a host that the next one puts right', async () => {
    const site = await newSite();
    let serving = site.repository.commit('first');
    await site.deploy({ section });
    const steps: string[] = [];
    const note = (all: readonly ReleaseStep[]): readonly ReleaseStep[] => {
      const names = PHASES.flatMap((phase) => all.filter((step) => step.phase === phase));
      steps.push(...names.map(({ name }) => name));
      return all;
    };
    await site.deploy({ section, force: true, steps: note });
    expect(steps).toHaveLength(19);
    const switched = steps.indexOf('switch');
    for (const [at, victim] of steps.entries()) {
      for (const half of ['before', 'after'] as const) {
        const when = `killed ${half} ${victim}`;
        const commit = site.repository.commit(when);
        const killed = await site.deploy({
          section,
          steps: instead(victim, (run) => (half === 'before' ? kill : then(run, kill))),
        });
        expect(killed, when).toMatchObject({ status: 'cut off' });
        // The old release whole, or the new one whole.
        const moved = at > switched || when === 'killed after switch';
        expect(await site.serving(), when).toBe(moved ? commit : serving);
        expect(await site.deploy({ section }), when).toMatchObject({ status: 'done' });
        expect(await site.serving(), when).toBe(commit);
        serving = commit;
      }
    }
    const outcomes = (await site.history()).map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'good')).toHaveLength(2 + steps.length * 2);
    // All but the one that was killed before it could write down that it began.
    expect(outcomes.filter((outcome) => outcome === 'interrupted')).toHaveLength(
      steps.length * 2 - 1,
    );
    // The one before is kept as long as it may be needed, even one that was cut off.
    site.repository.commit('last');
    await site.deploy({ section });
    const releases = await site.releases();
    const traces = await site.traces();
    expect(traces).toMatchObject({
      variables: releases.flatMap((id) => [id, `${id}.command.sh`, `${id}.web`]),
      refs: releases,
      worktrees: releases,
      processes: [`${site.layout.releases}/${await site.current()}`],
    });
    expect(releases).toHaveLength(2);
    expect(await site.deploy({ section })).toEqual({ status: 'unchanged' });
  }, 900_000);

  it('leaves nothing running of it that the next one would meet, and that one ends nothing else', async () => {
    const site = await newSite();
    const { user } = site.application;
    site.repository.commit('one');
    await site.deploy();
    const [one = ''] = await site.releases();
    const sleeping = (seconds: string): Promise<readonly string[]> =>
      site.list(sh`pgrep -fx ${`sleep ${seconds}`} || :`);
    // A long job of the application's in a release that is no longer live.
    await site.run(sh`
      cd ${site.layout.releases}/${one}
      setsid runuser -u ${user} -- sleep 1001 >/dev/null 2>&1 &`);
    site.repository.commit('two');
    await site.deploy();

    site.repository.commit('three');
    const build = 'sleep 1002 & sleep 1003';
    const away = instead(
      'build',
      (run) => sh`
      (
      ${run}
      ) &
      until pgrep -fx 'sleep 1003'; do sleep 0.1; done
      ${kill}`,
    );
    expect(await site.deploy({ section: { build }, steps: away })).toMatchObject({
      status: 'cut off',
    });
    expect([...(await sleeping('1002')), ...(await sleeping('1003'))]).toHaveLength(2);
    expect(await site.deploy()).toMatchObject({ status: 'done' });
    expect([...(await sleeping('1002')), ...(await sleeping('1003'))]).toEqual([]);
    expect(await sleeping('1001')).toHaveLength(1);

    // The shell of the job alone, with a step of root's going on.
    site.repository.commit('four');
    const orphan = instead('checkout', () => sh`kill -9 "$$"; sleep 1004; echo late >/run/late`);
    expect(await site.deploy({ steps: orphan })).toMatchObject({ status: 'cut off' });
    expect(await sleeping('1004')).toHaveLength(1);
    expect(await site.deploy()).toMatchObject({ status: 'done' });
    expect(await sleeping('1004')).toEqual([]);
    expect(await sleeping('1001')).toHaveLength(1);
    expect(await site.run(sh`ls /run/late 2>/dev/null || :; pkill -fx 'sleep 1001'`)).toBe('');
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
    git -c init.defaultBranch=main clone --quiet --bare /run/all.bundle /srv/origin.git`,
    { input: readFileSync(path) },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
}

/** Serves a site's repository over HTTP to clients with the credentials, and gives its host and path. */
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
