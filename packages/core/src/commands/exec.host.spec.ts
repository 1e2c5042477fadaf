import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { sh, type Connection } from '@fairness-deploy/shell';
import { childEnvironment } from '@fairness-deploy/shell/client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CommandWorkspace } from '../testing/command-workspace.js';

const PROGRAM = join(__dirname, '../../bin/fairness-deploy.js');
const TOKEN = 'canary-s3cret-value';

const names = ['web', 'work'] as const;
let workspace: CommandWorkspace;
let hosts: readonly TestHost[] = [];
let connection: Connection;
const children: ChildProcess[] = [];

beforeAll(async () => {
  workspace = new CommandWorkspace();
  hosts = await Promise.all(names.map((name) => startTestHost(`exec-${name}`)));
  const reached = Object.fromEntries(
    names.flatMap((name, at) => {
      const { host } = hosts[at] ?? {};
      if (!host) return [];
      const { address, port, user, identityFile } = host;
      return [[name, { address, port, user, identityFile, roles: [name] }]];
    }),
  );
  const byName = Object.fromEntries(names.map((name, at) => [name, hosts[at]]));
  workspace.describe('prod', byName as Record<string, TestHost>, {
    secrets: { names: { token: '' } },
  });
  const gone = { address: '127.0.0.1', port: 1, user: 'root', roles: ['gone'] };
  const secrets = { secrets: { names: { token: '' } } };
  write('prod', { hosts: reached, ...secrets });
  write('partly', { hosts: { ...reached, gone } });
  const known = hosts.map(({ host }) => readFileSync(host.knownHostsFile, 'utf8'));
  workspace.write('environments/partly/known_hosts', known.join(''));
  const [web] = hosts;
  if (!web) throw new Error('Cannot test: there are no hosts');
  connection = await web.connect();
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(async () => {
  await connection.close();
  await Promise.all(hosts.map((host) => host.stop()));
  workspace.dispose();
});

function write(environment: string, content: unknown): void {
  workspace.write(`environments/${environment}/environment.yaml`, JSON.stringify(content));
}

/** A command line that runs, and all that it has printed. */
function begin(environment: string, words: readonly string[], input?: string) {
  const child = spawn(process.execPath, [PROGRAM, 'exec', environment, ...words], {
    cwd: workspace.folder,
    env: {
      ...childEnvironment(),
      HOME: '/nonexistent',
      FAIRNESS_SECRET_TOKEN: TOKEN,
      NO_COLOR: '1',
    },
    stdio: 'pipe',
  });
  children.push(child);
  const printed = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (printed.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (printed.err += chunk.toString()));
  if (input !== undefined) child.stdin.end(input);
  const ended = new Promise<{ out: string; err: string; status: number | null }>((resolve) => {
    child.on('close', (status) => {
      resolve({ ...printed, status });
    });
  });
  return { child, printed, ended };
}
const exec = (words: readonly string[], input?: string) => begin('prod', words, input).ended;
const onWeb = (...words: readonly string[]) => exec(['--host=web', '--', ...words]);

const lines = (text: string): readonly string[] => text.split('\n').slice(0, -1).sort();

/** What runs on the host by the name of a file that a command waits for. */
const waiting = async (name: string): Promise<string> =>
  (await connection.run(sh`pgrep -f ${`/tmp/${name}`} || :`)).stdout.toString();

/** A command that lasts until a file is there. */
const until = (name: string): readonly string[] => [
  ...['sh', '-c', 'echo begun; until [ -e "$1" ]; do sleep 0.05; done; echo over', 'sh'],
  `/tmp/${name}`,
];

describe('exec on one host', () => {
  it('runs words as words, as root, apart from streams, and passes the status on', async () => {
    const words = ["it's", 'a  b', '$HOME $(id)', 'two\nlines', '', '--json', '-x', '*', '--', 'é'];
    const { out, err, status } = await onWeb('printf', '%s|', ...words);
    expect({ out, err, status }).toEqual({ out: `${words.join('|')}|`, err: '', status: 0 });
    const script = 'id -un; pwd; echo "wrong" >&2; exit 42';
    expect(await onWeb('sh', '-c', script)).toEqual({
      out: 'root\n/\n',
      err: 'wrong\n',
      status: 42,
    });
  });

  it('has no input, and leaves no folder behind', async () => {
    expect(await onWeb('sh', '-c', 'cat; ls -d /tmp/fairness-deploy-exec-* | grep -c .')).toEqual({
      ...{ out: '1\n', err: '', status: 0 },
    });
    const { stdout } = await connection.run(sh`ls -d /tmp/fairness-deploy-exec-* 2>/dev/null || :`);
    expect(stdout.toString()).toBe('');
  });

  it('says like a shell that there is no such program', async () => {
    const { out, err, status } = await onWeb('nosuch', '-x');
    expect({ out, status }).toEqual({ out: '', status: 127 });
    expect(err).toContain('nosuch: not found');
  });

  it('masks secrets, and prints other bytes as they are', async () => {
    const script = `printf 'a\\377\\000b'; echo ${TOKEN} >&2; printf 's3cr'; sleep 0.1; printf 'et: canary-s3cret-value'`;
    const { out, err } = await onWeb('sh', '-c', script);
    expect(err).toBe('***\n');
    expect(out).not.toContain(TOKEN);
    expect(out).toContain('***');
  });

  it('reports lines as events, with the status', async () => {
    const { out } = await exec([
      '--host=web',
      '--json',
      '--',
      'sh',
      '-c',
      'echo a; echo b >&2; exit 3',
    ]);
    const events = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events.filter(({ type }) => type === 'log')).toEqual([
      { type: 'log', host: 'web', section: 'exec', source: 'out', line: 'a' },
      { type: 'log', host: 'web', section: 'exec', source: 'err', line: 'b' },
    ]);
    expect(events.find(({ type }) => type === 'exec')).toMatchObject({ host: 'web', status: 3 });
  });

  it('gives the command the whole input when it is asked to', async () => {
    const input = 'x'.repeat(3_000_000);
    const words = ['--stdin', '--limit=web', '--', 'sh', '-c', 'wc -c; id -un'];
    expect(await exec(words, input)).toEqual({ out: '3000000\nroot\n', err: '', status: 0 });
    expect((await exec(['--host=web', '--', 'cat'], 'not read')).out).toBe('');
  });

  it('prints output as it comes, however much it is', async () => {
    const begun = begin('prod', ['--host=web', '--', ...until('prints')]);
    await expect.poll(() => begun.printed.out).toBe('begun\n');
    await connection.run(sh`touch /tmp/prints`);
    expect((await begun.ended).out).toBe('begun\nover\n');
    // More than a script's output may be by default.
    const much = ['--limit=web', '--', 'head', '-c', '70000000', '/dev/zero'];
    const { out, status } = await begin('partly', much).ended;
    expect({ length: out.length, status }).toEqual({ length: 70_000_000, status: 0 });
  });

  it.each([
    [[], /^Cannot run a command: no command is given\n {2}→ node_modules/],
    [['--', 'df -h'], /^Cannot run "df -h": it is one word/],
    [
      ['--', 'bash'],
      /^Cannot run bash: it waits for input, and exec has no terminal\n {2}→ npx nx run prod:ssh/,
    ],
    [
      ['--role=db', '--', 'ls'],
      /^Cannot run a command on hosts with the role db: no host of prod has it\n {2}→ its roles are web, work/,
    ],
    [['--role=work', '--limit=web', '--', 'ls'], /none of those of --limit has it/],
    [['--forks=0', '--', 'ls'], /^Cannot run ls on 0 hosts at once: expected a whole number/],
    [['--limit=nosuch', '--', 'ls'], /^Cannot limit to nosuch: the hosts of prod are web, work/],
  ])('%j is refused with status 1', async (words, message) => {
    const { out, err, status } = await exec(words);
    expect(err).toMatch(message);
    expect({ out, status }).toEqual({ out: '', status: 1 });
  });
});

describe('exec on several hosts', () => {
  it('puts the name of the host before each line, and returns the highest status', async () => {
    const script =
      'hostname; printf "no end"; echo odd >&2; case $(hostname) in *work) exit 7 ;; esac; exit 3';
    const { out, err, status } = await exec(['--', 'sh', '-c', script]);
    expect(lines(out)).toEqual([
      ...['web:  no end', 'web:  test-exec-web', 'work: no end', 'work: test-exec-work'],
    ]);
    expect(lines(err)).toEqual([
      ...[
        'The command on web has ended with status 3',
        'The command on work has ended with status 7',
      ],
      ...['web:  odd', 'work: odd'],
    ]);
    expect(status).toBe(7);
  });

  it('runs on the hosts of a role, or of a limit', async () => {
    expect((await exec(['--role', 'work', '--', 'hostname'])).out).toBe('test-exec-work\n');
    expect((await exec(['--limit', 'web', '--', 'hostname'])).out).toBe('test-exec-web\n');
    expect(
      lines((await exec(['--role=web', '--role=work', '--forks=1', '--', 'hostname'])).out),
    ).toHaveLength(2);
  });

  it('goes on where a host can not be reached, says so, and ends with 255', async () => {
    const { out, err, status } = await begin('partly', ['--', 'hostname']).ended;
    expect(lines(out)).toEqual(['web:  test-exec-web', 'work: test-exec-work']);
    expect(err).toMatch(/^Cannot connect to gone/m);
    expect(status).toBe(255);
  });

  it('says when the connection is lost while the command runs', async () => {
    const kill =
      'for p in $(pgrep -f "^sshd(-session)?: root"); do [ "$p" = "$KEEP" ] || kill -9 $p; done; sleep 30';
    const begun = begin('prod', ['--limit=work', '--', 'sh', '-c', kill]);
    const { err, status } = await begun.ended;
    expect(status).toBe(255);
    expect(err).toMatch(
      /^Cannot finish the script on work[^]*→ the command may still run there: npx nx run prod:ssh -- --host=work ps -f -s \d+/m,
    );
  });
});

describe('exec and Ctrl-C', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends the command with all that it has started: %s',
    async (signal) => {
      const name = `ends-${signal}`;
      const begun = begin('prod', ['--host=web', '--', ...until(name)]);
      await expect.poll(() => begun.printed.out).toBe('begun\n');
      expect(await waiting(name)).not.toBe('');
      begun.child.kill(signal);
      const { err, status } = await begun.ended;
      expect(status).toBe(signal === 'SIGINT' ? 130 : 143);
      expect(err).toMatch(/^Interrupted/m);
      expect(await waiting(name)).toBe('');
      const { stdout } = await connection.run(
        sh`ls -d /tmp/fairness-deploy-exec-* 2>/dev/null || :`,
      );
      expect(stdout.toString()).toBe('');
    },
  );

  it('ends one that ignores SIGTERM', async () => {
    const script = 'trap "" TERM; echo begun; while [ ! -e "$1" ]; do sleep 0.05; done';
    const begun = begin('prod', ['--host=web', '--', 'sh', '-c', script, 'sh', '/tmp/stays']);
    await expect.poll(() => begun.printed.out).toBe('begun\n');
    begun.child.kill('SIGINT');
    expect((await begun.ended).status).toBe(130);
    expect(await waiting('stays')).toBe('');
  });

  it('says where it could not end it', async () => {
    const begun = begin('prod', ['--host=web', '--', ...until('lost')]);
    await expect.poll(() => begun.printed.out).toBe('begun\n');
    const pins = join(workspace.folder, 'environments/prod/known_hosts');
    const known = readFileSync(pins, 'utf8');
    writeFileSync(pins, '');
    begun.child.kill('SIGINT');
    await expect.poll(() => begun.printed.err).toContain('Cannot end the command');
    await connection.run(sh`touch /tmp/lost`);
    const { err, status } = await begun.ended;
    writeFileSync(pins, known);
    expect(status).toBe(130);
    expect(err).toMatch(
      /^Cannot end the command on web: Cannot trust web[^]*→ see what runs: npx nx run prod:ssh -- --host=web ps -f -s \d+/m,
    );
  });
});

it('exec leaves nothing in this folder', () => {
  expect(readdirSync(workspace.folder).sort()).toEqual(['environments', 'node_modules', 'nx.json']);
});
