import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { sh, sshTransport, type Connection, type Script } from '@fairness-deploy/shell';
import { findHost, hostKey } from '@fairness-deploy/sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Secrets with all that could be quoted wrongly; each holds a word that stands nowhere else. */
const SECRETS: Readonly<Record<string, string>> = {
  calendar_secret: `%CANARYa1b2c3"'\\;#$(id)\`id\``,
  db_password: `CANARYd4e5f6 "q" 'q' \\ ; # $HOME %s é🌱`,
  key: '-----BEGIN KEY-----\nCANARY0a9b8c7d= %\n-----END KEY-----\n',
  host_pin: 'CANARYffee00',
};
const CANARIES = Object.values(SECRETS).map((value) => /CANARY\w+/.exec(value)?.[0] ?? '?');

/** The words as they would stand in a text, encoded in any way that keeps none of them. */
const FORMS = CANARIES.flatMap((word) => [
  word,
  Buffer.from(word).toString('hex'),
  // The middle of what base64 makes of it, wherever it begins.
  ...[0, 1, 2].map((at) =>
    Buffer.from('x'.repeat(at) + word)
      .toString('base64')
      .slice(at === 0 ? 0 : 4, -4),
  ),
]);
const leaks = (text: string): readonly string[] => FORMS.filter((form) => text.includes(form));

const REPOSITORY = process.cwd();
const PROGRAM = join(REPOSITORY, 'node_modules/.bin/fairness-deploy');
let workspace = '';
/** Of the client: where it and all that it runs put temporary files. */
let temporary = '';
let printed = '';
let watcher: ChildProcess | undefined;
let seen = '';
let host: Connection | undefined;

function write(path: string, content: string): void {
  mkdirSync(dirname(join(workspace, path)), { recursive: true });
  writeFileSync(join(workspace, path), content, { mode: 0o600 });
}

interface Ended {
  readonly status: number | null;
  readonly output: string;
}

/** Runs a program as a user would; all that it prints is kept. */
function run(
  program: string,
  args: readonly string[],
  { input = '', env = {}, kill }: { input?: string; env?: NodeJS.ProcessEnv; kill?: RegExp } = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const { HOME, PATH } = process.env;
    const child = spawn(program, args, {
      cwd: workspace,
      env: { HOME, PATH, TMPDIR: temporary, NX_TUI: 'false', NX_DAEMON: 'true', ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let output = '';
    const take = (chunk: Buffer): void => {
      output += chunk.toString();
      if (kill?.test(output)) child.kill('SIGKILL');
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', reject);
    child.on('close', (status) => {
      printed += output;
      resolve({ status, output });
    });
    child.stdin.end(input);
  });
}
const nx = (...args: readonly string[]): Promise<Ended> => run('npx', ['nx', ...args]);
const deployer = (...args: readonly string[]): Promise<Ended> => run(PROGRAM, args);

function commit(file: string, content: string): void {
  write(`application/${file}`, content);
  const git = (...args: readonly string[]): void => {
    execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', ...args], {
      cwd: join(workspace, 'application'),
      stdio: 'ignore',
    });
  };
  if (!existsSync(join(workspace, 'application', '.git'))) git('init', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--allow-empty', '--message', `Change ${file}`);
}

const packageJson = (build: string): string =>
  JSON.stringify({ name: 'canary', version: '1.0.0', scripts: { build } });

const SERVER = `
const { createServer } = require('http');
const { existsSync } = require('fs');
if (existsSync('spill')) {
  const { KEY, CALENDAR_SECRET, DB_PASSWORD } = process.env;
  for (const value of [CALENDAR_SECRET, DB_PASSWORD, KEY]) {
    console.log('as it is', value);
    console.log('json', JSON.stringify({ value }), JSON.stringify(JSON.stringify(value)));
    console.log('base64', Buffer.from(value).toString('base64'));
    console.log('basic', Buffer.from('user:' + value).toString('base64'));
    console.log('url', encodeURIComponent(value), new URLSearchParams({ value }).toString());
    console.log('shell', "'" + value.split("'").join("'\\\\''") + "'");
    console.log('hex', Buffer.from(value).toString('hex'));
  }
  process.exit(1);
}
createServer(({ url }, response) => {
  response.statusCode = url === '/health' && existsSync('break-health') ? 500 : 200;
  response.end('ok');
}).listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
`;

const ENVIRONMENT = `
hosts: { web: {} }
sandbox: {}
secrets:
  names: { calendar_secret: '', db_password: '', key: '', host_pin: '' }
application:
  name: canary
  node: { version: 20.20.2, mirror: http://gateway.sandbox.internal:48080 }
  processes:
    web:
      command: node server.js
      port: 3000
      health: { path: /health, deadline: 4 }
      env:
        CALENDAR_SECRET: \${secrets.calendar_secret}
        DB_PASSWORD: "postgres://app:\${secrets.db_password}@db/app"
        KEY: \${secrets.key}
release: { repository: ../../application, revision: main }
supervisor: {}
server:
  files:
    /etc/canary-pin: { content: "pin=\${secrets.host_pin}\\n" }
`;

/** Notes every command line of this machine and of the hosts on it, many times a second. */
const WATCHER = `
const { readdirSync, readFileSync } = require('fs');
const seen = new Set();
setInterval(() => {
  for (const pid of readdirSync('/proc')) {
    if (!/^[0-9]+$/.test(pid)) continue;
    try {
      const line = readFileSync('/proc/' + pid + '/cmdline', 'latin1');
      if (!seen.has(line)) process.stdout.write(line + '\\n');
      seen.add(line);
    } catch {}
  }
}, 20);
`;

beforeAll(async () => {
  workspace = mkdtempSync(join(tmpdir(), 'canary-'));
  temporary = mkdtempSync(join(tmpdir(), 'canary-tmp-'));
  write('nx.json', readFileSync(join(REPOSITORY, 'nx.json'), 'utf8'));
  write('package.json', '{"name":"canary","version":"0.0.0"}');
  write('.gitignore', 'node_modules\nvault-password\n.nx\napplication\n');
  symlinkSync(join(REPOSITORY, 'node_modules'), join(workspace, 'node_modules'));
  write('environments/canary/environment.yaml', ENVIRONMENT);
  write('environments/vault-password', 'the password of the canaries\n');
  write('application/package.json', packageJson('true'));
  write(
    'application/package-lock.json',
    '{"name":"canary","version":"1.0.0","lockfileVersion":3,"packages":{"":{"name":"canary","version":"1.0.0"}}}',
  );
  commit('server.js', SERVER);
  watcher = spawn(process.execPath, ['-e', WATCHER], { stdio: ['ignore', 'pipe', 'inherit'] });
  watcher.stdout?.on('data', (chunk: Buffer) => void (seen += chunk.toString('latin1')));
  for (const [name, value] of Object.entries(SECRETS)) {
    const set = await run('npx', ['nx', 'run', 'canary:secrets-set', `--name=${name}`], {
      // The line break that is taken off is the shell's.
      input: `${value}\n`,
    });
    expect(set.status).toBe(0);
  }
  await nx('run', 'canary:up');
});

afterAll(async () => {
  watcher?.kill();
  await host?.close();
  await nx('run', 'canary:down');
  await nx('daemon', '--stop');
  for (const folder of [workspace, temporary]) rmSync(folder, { recursive: true, force: true });
});

/** Prints what a script prints on the host, as root. */
async function onHost(script: Script): Promise<string> {
  if (host === undefined) {
    const found = await findHost(hostKey('canary', 'web', workspace));
    if (!found) throw new Error('the host is not up');
    const transport = sshTransport({ configFile: '/dev/null' });
    host = await transport.connect({ ...found, name: 'web', sudo: true });
  }
  return (await host.run(script)).stdout.toString();
}

/** Files below a folder that hold a canary. */
function filesWithLeaks(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true }).flatMap((entry) => {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || lstatSync(path).size > 2 ** 27) return [];
    return leaks(readFileSync(path, 'latin1')).length > 0 ? [path] : [];
  });
}

describe('an environment with secrets', () => {
  it('is planned, provisioned and deployed', async () => {
    expect((await nx('run', 'canary:plan')).status).toBe(0);
    expect((await deployer('plan', 'canary', '--json')).status).toBe(0);
    expect((await nx('run', 'canary:provision', '--yes', '--json')).status).toBe(0);
    const deploy = await nx('run', 'canary:deploy');
    expect(deploy.output).toContain('is live as release');
    expect((await nx('run', 'canary:provision')).output).toContain('nothing to change');
    for (const command of ['ping', 'status', 'secrets-show', 'secrets-check']) {
      expect((await nx('run', `canary:${command}`)).status).toBe(0);
    }
    await nx('show', 'project', 'canary', '--json');
    await nx('graph', '--file=graph.json');
  });

  it('has on its host what it has on record there, and nothing else of its name', async () => {
    const record = await onHost(sh`cat /var/lib/fairness-deploy/owned/canary@canary`);
    const owned = record
      .trim()
      .split('\n')
      .map((line) => line.split('\t'))
      .map(([kind = '', name = '', sections = '']) => ({ kind, name, sections }));
    expect(owned.map(({ sections }) => sections)).toEqual(
      expect.arrayContaining(['release', 'supervisor', 'server']),
    );
    const namesOf = (...kinds: readonly string[]) =>
      owned.filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name);
    expect(namesOf('user')).toEqual(['canary']);
    const found = await onHost(sh`
      id -un -- ${namesOf('user')}
      for path in ${namesOf('path', 'file', 'directory', 'link')}; do
        # One of the two colours has no programs.
        case $path in */conf.d/*-blue.conf | */conf.d/*-green.conf) continue ;; esac
        [ -e "$path" ] || [ -L "$path" ] || printf 'missing: %s\n' "$path"
      done
      # What else has the application's name is its own as well, but for what the engine keeps.
      find /etc /srv /var/log /var/lib /run /usr/local -name '*canary*' -not -path '/var/lib/fairness-deploy/*/*' -print | while read -r path; do
        known=
        for own in ${namesOf('path', 'file', 'directory', 'link')}; do
          case $path/ in "$own"/*) known=1 ;; esac
        done
        [ -n "$known" ] || printf 'not on record: %s\n' "$path"
      done`);
    expect(found).toBe('canary\n');
  });

  it('is deployed with failures: of a build, of health, of the client, of the password', async () => {
    commit('package.json', packageJson('exit 7'));
    expect((await nx('run', 'canary:deploy')).output).toContain('the step "build" failed');
    commit('package.json', packageJson('true'));
    commit('break-health', '');
    expect((await deployer('deploy', 'canary', '--json')).status).toBe(1);
    commit('fine', '');
    execFileSync('git', ['rm', '-q', 'break-health'], { cwd: join(workspace, 'application') });
    commit('fine', 'now');
    await run(PROGRAM, ['deploy', 'canary', '--json'], { kill: /step-started/ });
    for (let attempt = 0; attempt < 20; attempt++) {
      const { output } = await deployer('deploy', 'canary');
      if (/already runs|is live as/.test(output)) break;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
    const wrong = await run('npx', ['nx', 'run', 'canary:plan'], {
      env: { FAIRNESS_VAULT_PASSWORD: 'wrong' },
    });
    expect(wrong.output).toContain('the password from FAIRNESS_VAULT_PASSWORD is wrong');
    expect((await deployer('status', 'canary', '--json')).status).toBe(0);
  });

  it('shows them nowhere on the client', () => {
    expect(printed).toContain('is live as release');
    expect(leaks(printed)).toEqual([]);
    expect(existsSync(join(workspace, '.nx'))).toBe(true);
    expect(filesWithLeaks(workspace)).toEqual([]);
    expect(filesWithLeaks(temporary)).toEqual([]);
    expect(filesWithLeaks('/dev/shm')).toEqual([]);
  });

  it('shows them in no command line, of the client or of the host', () => {
    // It has seen both.
    expect(seen).toContain('fairness-deploy');
    expect(seen).toContain('supervisord');
    expect(leaks(seen)).toEqual([]);
  });

  it('has them on the host in files of mode 0600 alone', async () => {
    const holders = await onHost(sh`
      printf '%s\n' ${FORMS} | grep -rlaIF --devices=skip -f - /etc /home /opt /root /run /srv /tmp /usr/local /var || :
      printf '%s\n' ${FORMS} | grep -rlaF --devices=skip -f - /var/lib/fairness-deploy /var/log || :`);
    const files = [...new Set(holders.trim().split('\n'))].sort();
    expect(files.map((file) => file.replace(/[^/]+\.web$/, '<release>.web'))).toEqual(
      expect.arrayContaining(['/etc/canary-pin', '/srv/canary/shared/env/<release>.web']),
    );
    const modes = await onHost(sh`stat -c ${'%a %U %n'} ${files}`);
    for (const line of modes.trim().split('\n')) {
      expect(line).toMatch(
        /^600 (root \/etc\/canary-pin|(?:root|canary) \/srv\/canary\/shared\/env\/[\w-]+\.web)$/,
      );
    }
    const journal = await onHost(sh`journalctl --all --no-pager; dmesg 2>/dev/null || :`);
    expect(leaks(journal)).toEqual([]);
  });

  it('masks them when the host prints them, in whatever form', async () => {
    const before = printed.length;
    commit('spill', '');
    const text = await nx('run', 'canary:deploy');
    expect(text.status).toBe(1);
    expect(text.output).toContain('***');
    const json = await deployer('deploy', 'canary', '--json');
    expect(json.status).toBe(1);
    await nx('run', 'canary:status');
    expect(leaks(printed.slice(before))).toEqual([]);
    expect(filesWithLeaks(workspace).map((file) => file.slice(workspace.length))).toEqual([]);
  });
});
