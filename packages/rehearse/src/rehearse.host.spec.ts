import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandWorkspace } from '@fairness-deploy/core/testing';
import { listHosts } from '@fairness-deploy/sandbox';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { sh } from '@fairness-deploy/shell';
import { childEnvironment } from '@fairness-deploy/shell/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRecord } from './record/record.js';
import { NODE, shop, shopIn } from './testing/shop.js';
import { startRealHost, type RealHost } from './testing/real-hosts.js';

const NAME = 'back.shop.test';
const TIMEOUT_MILLISECONDS = 600_000;
const WAITING = { timeout: 120_000, interval: 20 };

let real: RealHost;
let workspace: CommandWorkspace;
/** A host of the sandbox, as those of rehearsals are, but with nothing of the environment. */
let other: TestHost;
let repository = '';
let home = '';

beforeAll(async () => {
  [real, other] = await Promise.all([startRealHost(), startTestHost('rehearse-other')]);
  home = mkdtempSync(join(tmpdir(), 'rehearse-home-'));
  const { XDG_STATE_HOME = join(homedir(), '.local', 'state') } = process.env;
  workspace = new CommandWorkspace({ ...real.variables, HOME: home, XDG_STATE_HOME });
  // As where all servers are behind a jump host: rehearsals must not go through it.
  mkdirSync(join(home, '.ssh'));
  const jump = `ProxyJump jump@${real.address}:${String(real.port)}`;
  writeFileSync(join(home, '.ssh', 'config'), `Host * !${real.address}\n  ${jump}\n`);
  repository = shopIn(join(workspace.folder, 'shop')).folder;
  // Nobody has the password of its secrets, and none is needed.
  workspace.write('environments/prod/secrets.yaml', '$ANSIBLE_VAULT;1.1;AES256\n00\n');
  workspace.write('environments/prod/environment.yaml', JSON.stringify(environment()));
  await hearCalls();
});
afterAll(async () => {
  await workspace.run('rehearse', 'prod', '--remove');
  workspace.dispose();
  rmSync(home, { recursive: true });
  await Promise.all([real.stop(), other.stop()]);
});

/** The real host hears a host of the sandbox, and a command that does contact it. */
async function hearCalls(): Promise<void> {
  const connection = await other.connect();
  const call = `exec 3<>/dev/tcp/${real.address}/${String(real.port)}`;
  const { status } = await connection.run(sh`bash -c ${call}`);
  await connection.close();
  expect([status, real.calls()]).toEqual([0, 1]);
  await workspace.run('ping', 'prod');
  expect(real.calls()).toBeGreaterThan(1);
  expect(real.asked()).toContain(real.address);
  real.forget();
}

/** Two hosts, certificates of a real CA, a managed database, a hook on this machine and a webhook. */
function environment() {
  return {
    hosts: {
      web: {
        ...{ address: real.address, port: real.port, user: 'debian', roles: ['web'] },
        // Two secrets and plain text: all of it is the password.
        sudoPassword: 'a${secrets.sudo_password}b${secrets.greeting}',
      },
      back: { address: NAME, user: 'debian', roles: ['back'] },
    },
    secrets: { names: { sudo_password: 'of the login', slack_hook: 'the webhook' } },
    application: {
      name: 'shop',
      node: NODE,
      env: {
        ...{ GREETING: 'hello ${secrets.greeting}', DATABASE_URL: '${postgres.url}' },
        // As prod: libpq checks the certificate, and wants to know by which CA.
        PGSSLROOTCERT: '/etc/ssl/certs/ca-certificates.crt',
      },
      processes: {
        web: {
          ...{ command: 'node server.js', port: 3000, route: '/', on: ['web'] },
          health: { path: '/health', settle: 0.5 },
        },
        work: { command: ['node', '-e', 'setInterval(() => 0, 1000)'], on: ['back'] },
      },
    },
    release: {
      ...{ repository, install: false, build: false },
      migrate: 'psql "$DATABASE_URL" -qv ON_ERROR_STOP=1 -f schema.sql',
      hooks: [{ after: 'confirm', run: 'touch purged; exit 1', on: 'client' }],
      notify: { url: '${secrets.slack_hook}' },
    },
    supervisor: {},
    nginx: { on: ['web'], sites: { shop: { domains: ['shop.test', 'www.shop.test'], tls: true } } },
    certbot: { on: ['web'], email: 'ops@shop.test' },
    postgres: { mode: 'managed', backups: { bucket: bucket() } },
    server: {
      users: { debian: { groups: ['sudo'], authorizedKeys: [] } },
    },
    rehearse: { secrets: { greeting: 'stranger' } },
  };
}

function bucket() {
  const keys = { accessKey: '${secrets.backup_key}', secretKey: '${secrets.backup_secret}' };
  return { endpoint: 'https://s3.shop.test', bucket: 'shop-backups', ...keys };
}

const own = async () => (await listHosts()).filter((host) => host.workspace === workspace.folder);

/** The processes that the id of a rehearsal was given to. */
function janitorsOf(id: string): readonly number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const found = pids.filter((pid) => commandLineOf(pid).split('\0').includes(id)).map(Number);
  expect(found).toHaveLength(1);
  return found;
}

function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    // It has ended.
    return '';
  }
}

/** Runs a line of a terminal. */
function typed(line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('sh', ['-c', line], { env: childEnvironment() }, (error, stdout, stderr) => {
      if (error) reject(new Error(stderr));
      else resolve(stdout);
    });
  });
}

describe('rehearse', () => {
  it(
    'tries two hosts, with their certificates and database, without the real ones',
    async () => {
      const { status, output } = await workspace.run('rehearse', 'prod', '--keep');
      expect([status, output]).toEqual([0, expect.stringContaining('The hosts stay:')]);
      expect(output).toMatch(
        /plan prod: web, back\n[^]*nothing to change[^]*deploy prod: web, back/,
      );
      for (const line of ['the managed database', 'the real DNS', 'the webhooks', 'the bucket']) {
        expect(output).toContain(`  - ${line}`);
      }
      expect(output).toContain('Not run in a rehearsal: touch purged');
      expect(existsSync(join(workspace.folder, 'purged'))).toBe(false);

      // The hosts and the CA.
      expect((await own()).map(({ status }) => status)).toEqual(['running', 'running', 'running']);
      const [, curl = ''] = /^ +(curl --resolve shop\.test:.*)$/m.exec(output) ?? [];
      expect(await typed(`${curl} -fsS`)).toBe('hello stranger 1');
      const [, ssh = ''] = /^ +back +(ssh .*)$/m.exec(output) ?? [];
      // What the environment's files name leads to the stage.
      const line = `${ssh} 'getent hosts shop.test ${NAME}; hostname -I; whoami'`;
      const [site = '', back = '', address = '', user] = (await typed(line)).split('\n');
      expect(user).toBe('debian');
      expect(back.split(/\s/)[0]).toBe(address.split(' ')[0]);
      expect(curl).toContain(`:443:${site.split(/\s/)[0] ?? ''} `);
      // So does the real address, from another host of the stage.
      const call = `exec 3<>/dev/tcp/${real.address}/22; read -r line <&3; echo "$line"`;
      expect(
        await typed(`${ssh} "timeout 20 bash -c '${call.replaceAll(/[$"]/g, '\\$&')}'"`),
      ).toMatch(/^SSH-/);

      const again = await workspace.run('rehearse', 'prod');
      expect([again.status, again.output]).toEqual([
        1,
        expect.stringContaining('→ remove them: npx nx run prod:rehearse --remove'),
      ]);
      const removed = await workspace.run('rehearse', 'prod', '--remove');
      expect([removed.status, removed.output]).toEqual([
        0,
        expect.stringContaining('The rehearsal is removed'),
      ]);
      expect(await own()).toEqual([]);
      expect(real.calls()).toBe(0);
      expect(real.asked().filter((name) => [NAME, real.address].includes(name))).toEqual([]);
    },
    TIMEOUT_MILLISECONDS,
  );

  it(
    'keeps the hosts after a failure, also of a command that begins nothing, and says what was left out',
    async () => {
      const { release, ...sections } = shop(repository, 'none');
      workspace.write(
        'environments/wrong/environment.yaml',
        JSON.stringify({
          hosts: { web: { address: real.address, port: real.port } },
          ...{ ...sections, release: { ...(release as object), revision: 'nowhere' } },
        }),
      );
      const { status, output } = await workspace.run('rehearse', 'wrong', '--keep', '--json');
      const events = output
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
      expect([status, events.find(({ type }) => type === 'failure')]).toEqual([
        1,
        expect.objectContaining({ message: expect.stringContaining('nowhere') as string }),
      ]);
      expect(JSON.stringify(events)).toContain('"type":"rehearsal"');
      expect(JSON.stringify(events)).toContain('"success":false,"isKept":true');
      expect((await own()).map((host) => host.status)).toEqual(['running']);
      await workspace.run('rehearse', 'wrong', '--remove');
      expect(await own()).toEqual([]);
    },
    TIMEOUT_MILLISECONDS,
  );

  it('tries an environment of VMs without asking Vagrant for them', async () => {
    workspace.write(
      'environments/vm/environment.yaml',
      'hosts: { web: }\nvagrant: {}\nserver: {}\n',
    );
    // There is no Vagrantfile.
    const { status, output } = await workspace.run('rehearse', 'vm');
    expect([status, output]).toEqual([0, expect.stringContaining('status vm: web')]);
    expect(await own()).toEqual([]);
  });

  it.each(['SIGKILL', 'SIGINT'] as const)('leaves nothing after %s', async (signal) => {
    workspace.write(
      'environments/small/environment.yaml',
      JSON.stringify({ hosts: { one: real.address, two: NAME }, server: { packages: ['tree'] } }),
    );
    const client = workspace.start('rehearse', 'small');
    await expect.poll(async () => (await own()).length, WAITING).toBe(2);
    client.kill(signal);
    await expect.poll(async () => (await own()).length, WAITING).toBe(0);
    const removed = await workspace.run('rehearse', 'small', '--remove');
    expect(removed.output).toContain('There is no rehearsal to remove');
  });

  it('removes the next time what neither the client nor its janitor could', async () => {
    const client = workspace.start('rehearse', 'small');
    await expect.poll(async () => (await own()).length, WAITING).toBe(2);
    const ofSmall = { environment: 'small', workspace: workspace.folder };
    for (const pid of janitorsOf(readRecord(ofSmall)?.id ?? 'none')) process.kill(pid, 'SIGKILL');
    client.kill('SIGKILL');
    const { status, output } = await workspace.run('rehearse', 'small');
    expect([status, output]).toEqual([
      0,
      expect.stringContaining('An earlier rehearsal has left hosts: removing them'),
    ]);
    expect(await own()).toEqual([]);
    expect(real.calls()).toBe(0);
  });
});
