import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gateway } from '@fairness-deploy/sandbox';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { sh, type Connection } from '@fairness-deploy/shell';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { commandPath } from '../application/layout.js';
import { Site } from '../testing/site.js';
import { repositoryIn } from '../testing/repository-in.js';

/** The command line on a real host, as a user has it. */
const PROGRAM = join(process.cwd(), 'packages/core/bin/fairness-deploy.js');
const TOKEN = 'canary-s3cret-value';

let test: TestHost;
let connection: Connection;
let site: Site;
const workspace = mkdtempSync(join(tmpdir(), 'fd-tasks-'));
const repository = mkdtempSync(join(tmpdir(), 'fd-tasks-'));
/** The releases, in their order; the second one is live. */
let first = '';
let live = '';
const children: ChildProcess[] = [];

beforeAll(async () => {
  test = await startTestHost('tasks');
  connection = await test.connect();
  const node = { version: process.versions.node, mirror: gateway.nodeMirror };
  site = new Site(connection, node, 'shop', 3000, '/srv/shop', 'shop', repositoryIn(repository));
  await site.provision();
  site.repository.write('tools/print.js', 'console.log(JSON.stringify(process.argv.slice(2)))\n');
  for (const subject of ['one', 'two']) {
    site.repository.commit(subject);
    await deploy();
  }
  [first = '', live = ''] = await site.releases();
  expect(await site.current()).toBe(live);

  const { host, target } = test;
  const write = (path: string, content: string): void => {
    mkdirSync(dirname(join(workspace, path)), { recursive: true });
    writeFileSync(join(workspace, path), content);
  };
  symlinkSync(join(process.cwd(), 'node_modules'), join(workspace, 'node_modules'));
  write('package.json', '{"name":"shop","version":"0.0.0"}');
  write(
    'nx.json',
    '{"plugins":["@fairness-deploy/core/plugin","@fairness-deploy/release/plugin"]}',
  );
  const reached = JSON.stringify({
    ...{ address: host.address, port: host.port, user: host.user },
    identityFile: host.identityFile,
  });
  write(
    'environments/prod/environment.yaml',
    `hosts: { web: ${reached}, gone: { address: 127.0.0.1, port: 1 } }
secrets: { names: { token: '' } }
application:
  name: shop
  env: { TOKEN: "\${secrets.token}" }
  node: { version: ${node.version}, mirror: "${node.mirror}" }
  processes: { web: { command: node server.js, port: 3000, health: /health } }
release: { repository: "${site.repository.folder}" }
`,
  );
  symlinkSync(target.knownHostsFile, join(workspace, 'environments/prod/known_hosts'));
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

afterAll(async () => {
  await connection.close();
  await test.stop();
  for (const folder of [workspace, repository]) rmSync(folder, { recursive: true });
});

const ENV = { TOKEN: Text.of(new Secret('token', TOKEN)), OWN: Text.of("it's $HOME") };

/** Deploys the branch. */
function deploy() {
  const section = { install: false, build: false, keep: 2 };
  return site.deploy({ env: ENV, section, health: { settle: 0 } });
}

/** A command line that runs, and all that it has printed. */
function begin(...words: readonly string[]) {
  const [program = '', ...args] =
    words[0] === 'python3' ? words : [process.execPath, PROGRAM, ...words];
  const { PATH, HOME } = process.env;
  const child = spawn(program, args, {
    cwd: workspace,
    env: { PATH, HOME, FAIRNESS_SECRET_TOKEN: TOKEN, NO_COLOR: '1', TERM: 'xterm' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  children.push(child);
  const printed = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (printed.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (printed.err += chunk.toString()));
  const ended = new Promise<{ out: string; err: string; status: number | null }>((resolve) => {
    child.on('close', (status) => {
      resolve({ ...printed, status });
    });
  });
  return { child, printed, ended };
}
const run = (...words: readonly string[]) => begin(...words).ended;
const task = (...words: readonly string[]) => run('task', 'prod', ...words);

/** A command that lasts until a file is there, for everybody to make. */
const until = (name: string): readonly string[] => [
  ...['sh', '-c', 'echo begun; until [ -e "$1" ]; do sleep 0.05; done; echo over; exit 6'],
  ...['sh', `/tmp/${name}`],
];
const touch = (name: string) => site.run(sh`touch ${`/tmp/${name}`}`);

/** The ids of the running tasks, as status shows them. */
async function running(): Promise<readonly string[]> {
  const { out } = await run('status', 'prod', '--limit', 'web');
  return [...out.matchAll(/(?:task|console) (\d{8}T\d{6}-[0-9a-f]{6}): /g)].map(
    ([, id = '']) => id,
  );
}

describe('task', () => {
  it('runs in the live release with its variables, apart from streams, and passes the status on', async () => {
    const script =
      'id -un; pwd; echo "$OWN $RELEASE $TOKEN ${PORT-no port}"; echo "wrong: $TOKEN" >&2; exit 42';
    const { out, err, status } = await task('--', 'sh', '-c', script);
    expect(out.split('\n')).toEqual([
      ...['shop', `${site.layout.releases}/${live}`, `it's $HOME ${live} *** no port`, ''],
    ]);
    expect(err).toContain('\nwrong: ***\n');
    expect(err).toMatch(
      /failed, with status 42\n {2}→ its log: npx nx run prod:attach --job \S+, which is \/var\/lib/,
    );
    expect(`${out}${err}`).not.toContain(TOKEN);
    expect(status).toBe(42);
  });

  it('passes words on as words, and runs the programs of the release’s runtime', async () => {
    const words = ["it's", 'a  b', '$HOME $(id)', 'two\nlines', '', '--tty', '-x', '*', '--', 'é'];
    const { out, status } = await task('--directory', 'tools', '--', 'node', 'print.js', ...words);
    expect(JSON.parse(out)).toEqual(words);
    expect(status).toBe(0);
    expect((await task('--', 'npm', '--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('has no input, and no rights of root', async () => {
    const script =
      'cat; id -G | grep -w 0; ls /var/lib/fairness-deploy 2>&1; ls -l /proc/self/fd | grep -c jobs';
    const { out } = await task('--', 'sh', '-c', script);
    expect(out).toBe(
      "ls: cannot open directory '/var/lib/fairness-deploy': Permission denied\n1\n",
    );
  });

  it('runs in another release', async () => {
    expect((await task('--release', first, '--', 'pwd')).out).toBe(
      `${site.layout.releases}/${first}\n`,
    );
    const commit = first.slice(16);
    expect((await task('--release', commit, '--', 'pwd')).out).toBe(
      `${site.layout.releases}/${first}\n`,
    );
  });

  it.each([
    [
      ['--release', '20200101-000000-aaaaaaa', '--', 'ls'],
      /^Cannot run a task in the release "2020.*: web has no good release of that name\n {2}→ name one of these:\n {4}--release \S+ \(live\)\n {4}--release \S+$/m,
    ],
    [
      ['--host', 'web-9', '--', 'ls'],
      /^Cannot run a task on host "web-9" of "prod": there are web, gone\n {2}→ npx nx run prod:task -- --host=web ls$/m,
    ],
    [['--host', 'gone', '--', 'ls'], /^Cannot connect to gone/m],
    [[], /^Cannot run a task: no command is given\n {2}→ node_modules/m],
    [['--', 'npm run seed'], /^Cannot run "npm run seed": it is one word/m],
    [
      ['--directory', '../..', '--', 'ls'],
      /^Cannot run a task in "\.\.\/\.\.": expected a folder/m,
    ],
    [['--tty', '--', 'ls'], /^Cannot open a console: this command has no terminal/m],
  ])('%j is refused with status 1', async (words, message) => {
    const { out, err, status } = await task(...words);
    expect(err).toMatch(message);
    expect({ out, status }).toEqual({ out: '', status: 1 });
  });

  it('survives its client, and is followed by its id', async () => {
    const begun = begin('task', 'prod', '--', ...until('survives'));
    await expect.poll(() => begun.printed.out).toBe('begun\n');
    begun.child.kill('SIGKILL');
    await begun.ended;
    const [id = ''] = await running();
    const followed = begin('attach', 'prod', '--job', id);
    await expect.poll(() => followed.printed.out).toContain('out │ begun');
    await touch('survives');
    const { out, status } = await followed.ended;
    expect(out).toContain('out │ over');
    expect(out).toMatch(/failed, with status 6/);
    expect(status).toBe(1);
    expect(await running()).toEqual([]);
  });

  it('goes on when the connection is lost, and says how to follow it', async () => {
    const begun = begin('task', 'prod', '--', ...until('lost'));
    await expect.poll(() => begun.printed.out).toBe('begun\n');
    const [id = ''] = await running();
    // Its parents: the shell of the connection, and sshd's process for that.
    await site.run(sh`
      fd_pid=$(cat ${`/var/lib/fairness-deploy/jobs/${id}/pid`})
      while :; do
        read -r _ _ _ fd_pid _ <"/proc/$fd_pid/stat"
        read -r fd_name <"/proc/$fd_pid/comm"
        case $fd_name in sshd*) break ;; esac
      done
      kill -s KILL "$fd_pid"`);
    const { err, status } = await begun.ended;
    expect(err).toContain(`Cannot follow the job ${id} on web`);
    expect(err).toContain(`→ run attach --job ${id} to watch it`);
    expect(status).toBe(1);
    expect(await running()).toEqual([id]);
    await touch('lost');
    await expect.poll(running).toEqual([]);
  });

  it('is cancelled by its id only, and several run at once', async () => {
    const tasks = ['one', 'other'].map((name) => begin('task', 'prod', '--', ...until(name)));
    for (const { printed } of tasks) await expect.poll(() => printed.out).toBe('begun\n');
    const ids = await running();
    expect(ids).toHaveLength(2);
    const nothing = await run('cancel', 'prod', '--limit', 'web');
    expect(nothing.out).toContain('no job is running');
    for (const id of ids) expect(nothing.out).toContain(id);
    const cancelled = await run('cancel', 'prod', '--limit', 'web', '--job', ids[0] ?? '');
    expect(cancelled.out).toMatch(/was cancelled, with status 143/);
    expect(cancelled.status).toBe(0);
    await touch('one');
    await touch('other');
    const statuses = await Promise.all(tasks.map(async ({ ended }) => (await ended).status));
    expect(statuses.sort()).toEqual([143, 6]);
  });

  it('outlives deployments with its release, which the next one removes', async () => {
    const begun = begin(
      'task',
      'prod',
      '--',
      'sh',
      '-c',
      'cd /; echo begun; until [ -e /tmp/outlives ]; do sleep 0.05; done; ls "$RELEASE_FOLDER$0"',
      `${site.layout.releases}/${live}/server.js`,
    );
    await expect.poll(() => begun.printed.out).toBe('begun\n');
    for (const subject of ['three', 'four', 'five']) {
      site.repository.commit(subject);
      expect(await deploy()).toMatchObject({ status: 'done' });
    }
    const kept = await site.releases();
    expect(kept).toHaveLength(3);
    expect(kept).toContain(live);
    expect(kept).not.toContain(first);
    await touch('outlives');
    expect(await begun.ended).toMatchObject({
      status: 0,
      out: `begun\n${site.layout.releases}/${live}/server.js\n`,
    });
    site.repository.commit('six');
    expect(await deploy()).toMatchObject({ status: 'done' });
    expect(await site.releases()).not.toContain(live);
    live = await site.current();
  });

  it('is in the history, which root alone can read', async () => {
    const { out } = await run('history', 'prod', '--limit', 'web', '--json');
    const event = out.split('\n').find((line) => line.startsWith('{"type":"history"')) ?? '';
    const { tasks } = JSON.parse(event) as { readonly tasks: readonly Record<string, unknown>[] };
    expect(tasks).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ outcome: 'failed', status: 42, terminal: false }),
        expect.objectContaining({ outcome: 'cancelled', status: 143 }),
        expect.objectContaining({
          command: 'pwd',
          release: first,
          outcome: 'succeeded',
          status: 0,
        }),
      ]),
    );
    await task('--', 'echo', `a-${TOKEN}`);
    const { tasks: file, tasksLock } = site.layout;
    const text = await site.run(sh`cat ${file}; cat /var/lib/fairness-deploy/jobs/*/job`);
    expect(text).toContain('echo');
    expect(text).not.toContain(TOKEN);
    // Who can read the lock could hold it.
    const modes = await site.run(sh`stat -c '%a %U' ${[file, tasksLock]}`);
    expect(modes).toBe('600 root\n'.repeat(2));
  });

  it('does nothing as root with what the application has put into its folders', async () => {
    const file = commandPath(site.layout, live);
    await site.run(sh`
      install -m 0600 /dev/null /root/secret
      echo 'echo stolen; id -u >/root/ran' >/root/secret
      cp -p ${file} /root/kept
      runuser -u shop -- ln -sfn /root/secret ${file}
      runuser -u shop -- sh -c ${'echo "id -u >/tmp/profile" >"$1/.profile"'} sh ${site.layout.userHome}`);
    const linked = await task('--', 'echo', 'ran');
    expect(linked.status).toBe(2);
    expect(`${linked.out}${linked.err}`).not.toContain('stolen');
    await site.run(sh`
      rm ${file}
      runuser -u shop -- mkfifo ${file}
      runuser -u shop -- sh -c ${'echo "id -u >&2; exit 9" >"$1"'} sh ${file} &`);
    const piped = await task('--', 'echo', 'ran');
    const uid = (await site.run(sh`id -u shop`)).trim();
    expect(piped).toMatchObject({
      out: '',
      status: 9,
      err: expect.stringContaining(`\n${uid}\n`) as string,
    });
    await site.run(sh`
      rm ${file}
      cp -p /root/kept ${file}
      [ ! -e /root/ran ] && [ ! -e /tmp/profile ]`);
    expect(await task('--', 'true')).toMatchObject({ status: 0 });
  });

  it('says what to do about a release that an earlier version has made', async () => {
    const file = commandPath(site.layout, live);
    await site.run(sh`mv ${file} /root/kept`);
    const { err, status } = await task('--', 'ls');
    expect(err).toMatch(
      /an earlier version made it, and wrote no file for commands\n {2}→ deploy again: deploy --force/,
    );
    expect(status).toBe(1);
    await site.run(sh`mv /root/kept ${file}`);
  });
});

/** Runs the command line on a pty, and does with it what the lines say. */
const HANDS = `
import os, pty, sys, fcntl, termios, struct, signal
pid, master = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
def size(rows, columns):
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))
size(33, 99)
# Rather than to wait for ever.
signal.alarm(60)
shown = b''
def read():
    global shown
    try:
        chunk = os.read(master, 4096)
    except OSError:
        chunk = b''
    shown += chunk
    sys.stdout.buffer.write(chunk)
    sys.stdout.buffer.flush()
    return chunk
def shows(text):
    while text not in shown:
        if not read():
            sys.exit('it ended without ' + repr(text))
exec(sys.stdin.read())
while read():
    pass
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

/** Runs a console. @param hands Python that presses keys */
function consoleOf(hands: string, ...words: readonly string[]) {
  const begun = begin(
    'python3',
    '-c',
    HANDS,
    process.execPath,
    PROGRAM,
    'task',
    'prod',
    '--tty',
    '--',
    ...words,
  );
  begun.child.stdin.end(hands);
  return begun;
}

describe('task --tty', () => {
  it('opens a console with the size of the terminal, and passes keys and the status on', async () => {
    const script =
      'stty size; tty >/dev/null && echo "$TERM $(id -un) $RELEASE"; read -r line; echo "<$line>"; until [ "$(stty size)" = "12 34" ]; do sleep 0.05; done; echo resized; cat; exit 7';
    const hands = `
shows(b'shop ')
size(12, 34)
os.write(master, "it's \\u00e9\\r".encode())
shows(b'\\nresized')
os.write(master, b'typed\\r')
shows(b'typed\\r\\ntyped')
os.write(master, b'\\x04')
`;
    const { out, status } = await consoleOf(hands, 'sh', '-c', script).ended;
    expect(out).toContain(`33 99\r\nxterm shop ${live}\r\n`);
    expect(out).toContain("<it's é>\r\nresized\r\n");
    expect(status).toBe(7);
    const { out: history } = await run('history', 'prod', '--limit', 'web');
    expect(history).toMatch(/console \S+: failed, status 7, \d+\.\d s\n {2}sh -c 'stty size; /);
  });

  it('interrupts the program there, not the client', async () => {
    const hands = `
shows(b'\\nup')
os.write(master, b'\\x03')
shows(b'caught\\r')
`;
    const script = `trap 'echo caught; exit 3' INT; echo up; while :; do sleep 0.05; done`;
    expect(await consoleOf(hands, 'sh', '-c', script).ended).toMatchObject({ status: 3 });
  });

  it('is shown while it runs, can be cancelled but not followed, and ends with its client', async () => {
    const one = consoleOf("shows(b'\\nup')\n", 'sh', '-c', 'echo up; exec sleep 300');
    await expect.poll(() => one.printed.out).toContain('\nup\r\n');
    const [id = ''] = await running();
    const followed = await run('attach', 'prod', '--limit', 'web', '--job', id);
    expect(followed.out).toContain(`Cannot attach to ${id}: it is a console, on the terminal of `);
    const cancelled = await run('cancel', 'prod', '--limit', 'web', '--job', id);
    expect(cancelled.out).toMatch(/was cancelled/);
    expect(await one.ended).toMatchObject({ status: 143 });

    const other = consoleOf(
      "shows(b'\\nup')\nos.kill(pid, signal.SIGKILL)\n",
      'sh',
      '-c',
      'echo up; exec sleep 300',
    );
    await other.ended;
    await expect.poll(running).toEqual([]);
    const { out } = await run('history', 'prod', '--limit', 'web');
    expect(out).toMatch(/console \S+: failed, status 129, /);
  });
});
