import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Application, Environment, Host, ReleaseStep, Script } from '@fairness-deploy/core';
import { Secret, Text } from '@fairness-deploy/secrets';
import { describe, expect, it, onTestFinished } from 'vitest';
import { gitDeployer } from '../deployer.js';
import { layoutOf, type Layout } from '../layout.js';
import { releaseSchema, type ReleaseSection } from '../section.js';
import { releaseStatus } from '../status.js';
import {
  temporaryFolder,
  temporaryRepository,
  type TemporaryRepository,
} from '../testing/temporary-repository.js';

// Run as root on this machine, in a folder of their own, as the user nobody.
const describeAsRoot = describe.skipIf(process.getuid?.() !== 0);
const USER = 'nobody';

describeAsRoot('a deployment', () => {
  it('puts a commit on line, then the next one, and leaves what already runs alone', async () => {
    const site = await newSite();
    const first = site.repository.commit('one');
    expect(await site.deploy()).toMatchObject({ status: 'done' });
    expect(readFileSync(join(site.layout.current, 'built'), 'utf8')).toBe(`${first} production\n`);
    expect(
      execFileSync(
        'runuser',
        ['-u', USER, '--', 'git', '-C', site.current(), 'log', '--format=%s'],
        { encoding: 'utf8' },
      ),
    ).toBe('one\n');
    expect(await site.deploy()).toEqual({ status: 'unchanged' });

    site.repository.write('odd\n"name" $(id) é', 'x');
    const second = site.repository.commit('two');
    expect(await site.deploy()).toMatchObject({ status: 'done' });
    expect(readFileSync(join(site.layout.current, 'built'), 'utf8')).toContain(second);
    expect(existsSync(join(site.layout.current, 'odd\n"name" $(id) é'))).toBe(true);
    expect(site.releases()).toHaveLength(2);
    expect(await site.status()).toMatch(
      new RegExp(
        `^release .*\ncommit  ${second}\nsince   20.*\nkept    ${site.releases()[0] ?? ''}\n$`,
      ),
    );
  });

  it('makes a new release of the same commit when the environment has changed', async () => {
    const site = await newSite();
    site.repository.commit('one');
    await site.deploy();
    const env = { GREETING: Text.of("it's\n$HOME"), TOKEN: Text.of(new Secret('t', 's3cr3t')) };
    const { inputSize } = await site.deploy({ env });
    expect(inputSize).toBe(0);
    expect(site.releases()).toHaveLength(2);
    expect(await site.deploy({ env })).toEqual({ status: 'unchanged' });

    const file = join(site.layout.environments, site.currentId());
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(file).uid).toBe(statSync(site.layout.repository).uid);
    const seen = execFileSync('sh', ['-c', 'set -a; . "$1"; exec env -0', 'sh', file], {
      env: {},
      encoding: 'utf8',
    });
    expect(seen.split('\0')).toEqual(
      expect.arrayContaining([
        "GREETING=it's\n$HOME",
        'TOKEN=s3cr3t',
        `RELEASE=${site.currentId()}`,
      ]),
    );
    expect(readFileSync(join(site.layout.current, 'environment'), 'utf8')).not.toContain('s3cr3t');
    expect(readFileSync(join(site.layout.current, 'environment'), 'utf8')).toContain('GREETING');
  });

  it.each([
    ['the build fails', { build: 'echo oh dear >&2; false; true' }, 'build', 'oh dear'],
    ['the dependencies cannot be had', { install: 'npm ci && exit 3' }, 'install', ''],
    ['a folder is missing', { directory: 'apps/web' }, 'checkout', "no folder 'apps/web'"],
  ])('leaves the running release untouched when %s', async (_, section, step, message) => {
    const site = await newSite();
    site.repository.commit('one');
    await site.deploy();
    const before = [
      site.current(),
      site.releases(),
      site.refs(),
      site.worktrees(),
      readFileSync(site.layout.history),
    ];
    site.repository.commit('two');
    const result = await site.deploy({ section });
    expect(result).toMatchObject({ status: 'failed', step });
    expect(result.output).toContain(message);
    expect([
      site.current(),
      site.releases(),
      site.refs(),
      site.worktrees(),
      readFileSync(site.layout.history),
    ]).toEqual(before);
    expect(readdirSync(site.layout.environments)).toEqual(site.releases());
    expect(await site.deploy()).toMatchObject({ status: 'done' });
  });

  it('takes everything back when a process does not come up, the first time as well', async () => {
    const site = await newSite();
    site.repository.commit('one');
    site.answer(500);
    expect(await site.deploy()).toMatchObject({ status: 'failed', step: 'check web' });
    expect(existsSync(site.layout.current)).toBe(false);
    expect(site.releases()).toEqual([]);
    site.answer(200);
    await site.deploy();
    const good = site.current();
    site.answer(503);
    site.repository.commit('two');
    expect((await site.deploy()).output).toContain('answers 503, not 200');
    expect(site.current()).toBe(good);
    expect(site.releases()).toHaveLength(1);
  });

  it('is not deceived by a process of the old release that still answers', async () => {
    const site = await newSite();
    site.repository.commit('one');
    await site.deploy();
    const old = spawn(
      'node',
      [
        '-e',
        `require('http').createServer((q, s) => s.end()).listen(${String(site.freePort)}, '127.0.0.1', () => console.log('up'))`,
      ],
      { cwd: site.current(), stdio: ['ignore', 'pipe', 'inherit'] },
    );
    onTestFinished(() => void old.kill());
    await new Promise((resolve) => old.stdout.once('data', resolve));
    site.repository.commit('two');
    const result = await site.deploy({ port: site.freePort });
    expect(result.output).toContain('still answered by another release');
    expect(result.status).toBe('failed');
  });

  it('keeps the last good releases, whatever failed in between, and nothing of what was cut off', async () => {
    const site = await newSite();
    for (const subject of ['one', 'two', 'three', 'four']) {
      site.repository.commit(subject);
      await site.deploy({ section: { keep: 2 } });
      await site.deploy({ section: { keep: 2, build: 'false' }, force: true });
    }
    const [older, newer] = site.releases();
    expect(site.releases()).toHaveLength(2);
    expect(site.currentId()).toBe(newer);

    // As a power cut leaves them.
    const cutOff = '20991231-235959-aaaaaaa';
    mkdirSync(join(site.layout.releases, cutOff));
    mkdirSync(join(site.layout.releases, '.removed-20991231-235959-bbbbbbb'));
    mkdirSync(join(site.layout.releases, 'somebody-elses'));
    writeFileSync(join(site.layout.environments, cutOff), '');
    writeFileSync(join(site.layout.environments, `${cutOff}.web`), '');
    symlinkSync('x', join(site.layout.home, `.next-${cutOff}`));
    writeFileSync(
      site.layout.history,
      `${readFileSync(site.layout.history, 'utf8')}{"release":"209`,
    );
    site.repository.commit('five');
    expect(await site.deploy({ section: { keep: 2 } })).toMatchObject({ status: 'done' });
    expect(readdirSync(site.layout.releases).sort()).toEqual(
      [newer, site.currentId(), 'somebody-elses'].sort(),
    );
    expect(site.currentId()).not.toBe(older);
    expect(readdirSync(site.layout.environments).sort()).toEqual(site.releases());
    expect(site.refs()).toHaveLength(2);
    expect(site.worktrees()).toHaveLength(2);
    expect(await site.deploy({ section: { keep: 2 } })).toEqual({ status: 'unchanged' });
  });

  it('is made again when the one before was cut off after the switch', async () => {
    const site = await newSite();
    site.repository.commit('one');
    await site.deploy();
    const history = readFileSync(site.layout.history, 'utf8');
    site.repository.commit('two');
    await site.deploy();
    writeFileSync(site.layout.history, history);
    expect(await site.status()).toContain('did not come to its end: deploy again');
    expect(await site.deploy()).toMatchObject({ status: 'done' });
    expect(await site.status()).not.toContain('did not come to its end');
  });

  it('goes on with all of the history when the repository on the host was lost', async () => {
    const site = await newSite();
    site.repository.commit('one');
    await site.deploy();
    rmSync(site.layout.repository, { recursive: true });
    mkdirSync(site.layout.repository);
    chownSync(site.layout.repository, ...site.owner);
    site.repository.commit('two');
    expect(await site.deploy()).toMatchObject({ status: 'done' });
  });

  it('lets the host fetch from a URL, with credentials that no process list shows', async () => {
    const site = await newSite();
    site.repository.commit('one');
    const served = await serve(site.repository.folder, 'bot:p@ss/word');
    const repository = Text.of('https://bot:', new Secret('token', 'p@ss/word'), `@${served}`);
    const section = { repository, revision: 'main' };
    expect(await site.deploy({ section })).toMatchObject({ status: 'done', inputSize: 0 });
    expect(await site.deploy({ section })).toEqual({ status: 'unchanged' });
    site.repository.commit('two');
    expect(await site.deploy({ section })).toMatchObject({ status: 'done' });
    // What is there is not fetched again.
    const elsewhere = { repository: `http://127.0.0.1:1/x`, revision: site.refsOf()[0] ?? '' };
    expect(await site.deploy({ section: elsewhere, force: true })).toMatchObject({
      status: 'done',
    });
    expect(
      (await site.deploy({ section: { ...elsewhere, revision: 'a'.repeat(40) } })).output,
    ).toContain('Cannot fetch from http://127.0.0.1:1/x: git says why above');
  });
});

interface Result {
  readonly status: 'unchanged' | 'done' | 'failed';
  readonly step?: string;
  readonly output?: string;
  readonly inputSize?: number;
}

interface Site {
  readonly repository: TemporaryRepository;
  readonly layout: Layout;
  readonly owner: readonly [number, number];
  readonly freePort: number;
  answer(status: number): void;
  deploy(changed?: {
    readonly env?: Application['env'];
    readonly section?: object;
    readonly force?: boolean;
    readonly port?: number;
  }): Promise<Result>;
  current(): string;
  currentId(): string;
  releases(): readonly string[];
  refs(): readonly string[];
  /** The commits of the releases. */
  refsOf(): readonly string[];
  worktrees(): readonly string[];
  status(): Promise<string>;
}

/** An application's home as the resources would make it, and a repository with something to build. */
async function newSite(): Promise<Site> {
  const home = temporaryFolder();
  const layout = layoutOf({ home });
  chmodSync(home, 0o755);
  const owner = [
    Number(execFileSync('id', ['-u', USER])),
    Number(execFileSync('id', ['-g', USER])),
  ] as const;
  for (const path of [layout.releases, layout.shared]) mkdirSync(path);
  for (const path of [layout.repository, layout.environments, layout.npmCache, layout.userHome]) {
    mkdirSync(path);
    chownSync(path, ...owner);
  }
  const repository = temporaryRepository();
  repository.write(
    'package.json',
    '{"name":"tiny","version":"1.0.0","scripts":{"build":"node build.js"}}',
  );
  repository.write(
    'package-lock.json',
    '{"name":"tiny","version":"1.0.0","lockfileVersion":3,"packages":{"":{"name":"tiny","version":"1.0.0"}}}',
  );
  repository.write(
    'build.js',
    "require('fs').writeFileSync('built', process.env.COMMIT + ' ' + process.env.NODE_ENV + '\\n');\nrequire('fs').writeFileSync('environment', JSON.stringify(process.env));\n",
  );

  let status = 200;
  const server = createServer((_, response) => {
    response.statusCode = status;
    response.end();
  });
  const port = await listen(server);
  const other = createServer();
  const freePort = await listen(other);
  other.close();
  onTestFinished(() => void server.close());

  const refs = (format: string): readonly string[] =>
    asOwner([
      'git',
      '-C',
      layout.repository,
      'for-each-ref',
      `--format=${format}`,
      'refs/fairness-deploy',
    ]);
  return {
    repository,
    layout,
    owner,
    freePort,
    answer(to) {
      status = to;
    },
    async deploy({ env = {}, section = {}, force = false, port: at = port } = {}) {
      const environment: Environment = {
        name: 'test',
        workspace: repository.folder,
        folder: repository.folder,
        hosts: [],
        sections: {},
        application: {
          name: 'fd-release-test',
          user: USER,
          home,
          node: { version: '20.20.2', mirror: 'https://nodejs.org/dist' },
          env,
          processes: [
            {
              name: 'web',
              command: ['node', 'x.js'],
              port: at,
              env: {},
              health: { path: '/', status: 200, interval: 0.1, deadline: 1 },
            },
          ],
        },
      };
      // Nothing of a host is looked at.
      const context = {
        environment,
        host: { name: 'web' } as Host,
        section: overHttp(releaseSchema.parse(section)),
      };
      const options = { force };
      // A folder that is missing is for the host to find, too.
      const others = Object.entries(section).filter(([key]) => key !== 'directory');
      const sought = overHttp(releaseSchema.parse(Object.fromEntries(others)));
      const source = await gitDeployer.source(environment, sought, options);
      const read = await run(gitDeployer.read(context, source));
      expect(read.output).not.toContain('sed:');
      const plan = await gitDeployer.plan(context, source, read.output, options);
      if (!plan) return { status: 'unchanged' };
      return { ...(await carryOut(plan.steps, plan.input)), inputSize: plan.input?.length ?? 0 };
    },
    current: () => join(home, readlinkSync(layout.current)),
    currentId: () => readlinkSync(layout.current).replace('releases/', ''),
    releases: () =>
      readdirSync(layout.releases)
        .filter((name) => /^\d/.test(name))
        .sort(),
    refs: () => refs('%(refname)'),
    refsOf: () => refs('%(objectname)'),
    worktrees: () => readdirSync(join(layout.repository, 'worktrees')).sort(),
    status: async () => (await run(releaseStatus(layout))).output,
  };
}

/** What the engine's job does: step after step, and back when one fails. */
async function carryOut(
  steps: readonly ReleaseStep[],
  input: Uint8Array | undefined,
): Promise<Result> {
  const file = join(temporaryFolder(), 'input');
  if (input) writeFileSync(file, input, { mode: 0o600 });
  const done: ReleaseStep[] = [];
  for (const step of steps) {
    done.push(step);
    const { status, output } = await run(step.run, file);
    if (status === 0) continue;
    for (const { name, undo } of done.reverse()) {
      if (undo) expect(await run(undo, file), `undo ${name}`).toMatchObject({ status: 0 });
    }
    return { status: 'failed', step: step.name, output };
  }
  return { status: 'done' };
}

interface Ran {
  readonly status: number | null;
  readonly output: string;
}

/** Not at once: the server of the test has to answer meanwhile. */
function run(script: Script, input = '/nonexistent'): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn('dash', ['-s'], {
      env: {
        PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        FD_INPUT: input,
      },
      cwd: '/',
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('close', (status) => {
      resolve({ status, output });
    });
    child.stdin.end(`fd_job() {\n( set -eu\n${script.reveal()}\n) </dev/null 2>&1\n}\nfd_job\n`);
  });
}

/** Serves a repository over HTTP to whoever has the credentials, and gives its host and path. */
async function serve(folder: string, credentials: string): Promise<string> {
  const expected = `Basic ${Buffer.from(credentials).toString('base64')}`;
  const server = createServer((request, response) => {
    if (request.headers.authorization !== expected) {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic' }).end();
      return;
    }
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const backend = spawn('git', ['http-backend'], {
      env: {
        PATH: process.env['PATH'],
        GIT_PROJECT_ROOT: folder,
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
    const chunks: Buffer[] = [];
    backend.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    backend.on('close', () => {
      const output = Buffer.concat(chunks);
      const end = output.indexOf('\r\n\r\n');
      const headers = output
        .toString('latin1', 0, end)
        .split('\r\n')
        .map((line) => line.split(': '));
      const status = Number.parseInt(headers.find(([name]) => name === 'Status')?.[1] ?? '200', 10);
      response.writeHead(status, Object.fromEntries(headers) as Record<string, string>);
      response.end(output.subarray(end + 4));
    });
  });
  const port = await listen(server);
  onTestFinished(() => void server.close());
  return `127.0.0.1:${String(port)}/.git`;
}

/** The section takes secrets for https only; the test's server has no certificate. */
function overHttp(section: ReleaseSection): ReleaseSection {
  if (section.origin.via !== 'fetch') return section;
  const { url } = section.origin;
  const plain = { ...url, url: url.url.replace('https:', 'http:') };
  return { ...section, origin: { via: 'fetch', url: plain } };
}

function asOwner(command: readonly string[]): readonly string[] {
  const output = execFileSync('runuser', ['-u', USER, '--', ...command], {
    encoding: 'utf8',
    cwd: '/',
  });
  return output.split('\n').filter((line) => line !== '');
}

async function listen(server: ReturnType<typeof createServer>): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  // Sound: it listens on TCP.
  return (server.address() as AddressInfo).port;
}
