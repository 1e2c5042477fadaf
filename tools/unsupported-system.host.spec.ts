/** A host with a system that is not supported, and each command of all packages that would change a host. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandWorkspace } from '@fairness-deploy/core/testing';
import { repositoryIn } from '@fairness-deploy/release/testing';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { sh, type Connection } from '@fairness-deploy/shell';
import { childEnvironment } from '@fairness-deploy/shell/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Commands that change a host, with what they take. */
const CHANGING: readonly {
  readonly name: string;
  readonly words: readonly string[];
  /** On a terminal, so that it could ask. */
  readonly tty?: true;
}[] = [
  { name: 'plan', words: [] },
  { name: 'provision', words: ['--yes'] },
  { name: 'decommission', words: ['--confirm=prod'] },
  { name: 'deploy', words: [] },
  { name: 'rollback', words: [] },
  { name: 'restart', words: [] },
  { name: 'task', words: ['--', 'true'] },
  { name: 'task', words: ['--tty', '--', 'true'], tty: true },
  { name: 'maintenance', words: ['--on'] },
  { name: 'maintenance', words: ['--off'] },
  { name: 'certbot-issue', words: [] },
  { name: 'certbot-renew', words: [] },
  { name: 'certbot-revoke', words: [], tty: true },
  { name: 'certbot-revoke', words: ['--yes'] },
  { name: 'db-backup', words: [] },
  { name: 'db-restore', words: ['--yes'] },
  { name: 'db-restore', words: [], tty: true },
  { name: 'db-copy', words: ['--from=other', '--yes'] },
  { name: 'db-copy', words: ['--from=other'], tty: true },
  { name: 'db-drill', words: [] },
];

/** Commands that only read a host. */
const READING: readonly (readonly [name: string, words: readonly string[]])[] = [
  ['ping', []],
  ['status', []],
  ['doctor', []],
  ['report', []],
  ['logs', []],
  ['history', []],
  ['attach', []],
  ['maintenance', []],
  ['certbot-status', []],
  ['db-check', []],
  ['db-backups', []],
  ['db-backup', ['--to=client']],
];

/** Commands that open the way to a host, or end what runs there, or work on this machine. */
const OTHERS = ['ssh', 'exec', 'open', 'db-console', 'db-tunnel', 'cancel', 'rehearse'];
const OF_THIS_MACHINE = ['sandbox', 'vagrant'];

const NAMED =
  'on host "web": it runs Alpine Linux v3.20, which is not supported. Nothing was changed';

let host: TestHost;
let connection: Connection;
const SECRETS = { FAIRNESS_SECRET_DB_PASSWORD: 'one-password' };
const workspace = new CommandWorkspace(SECRETS);

beforeAll(async () => {
  host = await startTestHost('unsupported-commands');
  connection = await host.connect();
  await connection.run(sh`
    rm /etc/os-release
    printf '%s\n' 'NAME="Alpine Linux"' ID=alpine VERSION_ID=3.20.3 'PRETTY_NAME="Alpine Linux v3.20"' >/etc/os-release
    touch /root/before`);
  const repository = repositoryIn(join(workspace.folder, 'shop'));
  repository.write('main.js', '');
  repository.commit('It begins');
  for (const name of ['prod', 'other']) {
    workspace.describe(
      name,
      { web: host },
      {
        secrets: { names: { db_password: "The database's" } },
        application: {
          name: 'shop',
          node: '20.20.2',
          processes: { web: { command: 'node main.js', port: 3000, route: '/', health: '/' } },
        },
        release: { repository: '../../shop', revision: 'main' },
        supervisor: {},
        nginx: { sites: { shop: { domains: ['shop.test'], tls: true } } },
        certbot: { email: 'none' },
        postgres: {
          ...{ mode: 'local', password: '${secrets.db_password}' },
          ...{ server: { memory: '256MB' }, backups: { schedule: 'daily' } },
        },
      },
    );
  }
});
afterAll(async () => {
  workspace.dispose();
  await connection.close();
  await host.stop();
});

/** Runs a command on a terminal of its own. */
function onTerminal(words: readonly string[]): Promise<{ status: number; output: string }> {
  const program = join(workspace.folder, 'node_modules/.bin/fairness-deploy');
  return new Promise((resolve) => {
    const args = ['-qec', [program, ...words].join(' '), '/dev/null'];
    const options = { cwd: workspace.folder, env: { ...childEnvironment(), ...SECRETS } };
    const child = execFile('script', args, options, (error, stdout) => {
      resolve({ status: error ? 1 : 0, output: stdout.replaceAll('\r', '') });
    });
    // Nobody answers a question.
    child.stdin?.end();
  });
}

const SYSTEM = /it runs Alpine[^.]*v3\.20, which is not supported\. Nothing was changed/;

describe.each(CHANGING)('$name $words', ({ name, words, tty = false }) => {
  it('names the system before all else, and does nothing', async () => {
    const { status, output } = tty
      ? await onTerminal([name, 'prod', ...words])
      : await workspace.run(name, 'prod', ...words);
    expect(status).toBe(1);
    expect(output).toMatch(SYSTEM);
    expect(output.match(/Cannot /g)).toHaveLength(1);
    expect(output).not.toMatch(/\[y\/N\]|provision" first|deploy" first/);
    const { stdout } = await connection.run(
      sh`find /etc /opt /srv /root /var/lib /var/backups -xdev -newer /root/before -type f ! -path '/var/lib/systemd/*' ! -path '/root/before'`,
    );
    expect(stdout.toString()).toBe('');
  });
});

it('a task and a command of a plugin are named', async () => {
  expect((await workspace.run('task', 'prod', '--', 'npm', 'run', 'seed')).output).toContain(
    `Cannot run the task npm run seed ${NAMED}`,
  );
  expect((await workspace.run('maintenance', 'prod', '--on')).output).toContain(
    `Cannot run maintenance ${NAMED}`,
  );
});

it.each(READING)('%s %j goes on', async (name, words) => {
  const { output } = await workspace.run(name, 'prod', ...words);
  expect(output).toMatch(/\bweb\b/);
  expect(output).not.toContain('Cannot load');
  expect(output).not.toContain('Nothing was changed');
});

it('no command is left out here', () => {
  const all = readdirSync('packages').flatMap((name) => {
    const file = `packages/${name}/executors.json`;
    if (OF_THIS_MACHINE.includes(name) || !existsSync(file)) return [];
    const { executors } = JSON.parse(readFileSync(file, 'utf8')) as { executors: object };
    return Object.keys(executors).filter((name) => !name.startsWith('secrets'));
  });
  const known = [...CHANGING.map(({ name }) => name), ...READING.map(([name]) => name)];
  expect([...new Set([...known, ...OTHERS])].sort()).toEqual(all.sort());
});
