import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CommandWorkspace } from '@fairness-deploy/core/testing';
import { listHosts } from '@fairness-deploy/sandbox';
import { childEnvironment } from '@fairness-deploy/shell/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRecord } from './record/record.js';
import { NODE, shopIn } from './testing/shop.js';
import { startRealHost, type RealHost } from './testing/real-hosts.js';

const NAME = 'back.shop.test';
const TIMEOUT_MILLISECONDS = 600_000;
const WAITING = { timeout: 120_000, interval: 20 };

let real: RealHost;
let workspace: CommandWorkspace;

beforeAll(async () => {
  real = await startRealHost('127.0.0.77');
  workspace = new CommandWorkspace({
    ...real.variables,
  });
  const { folder } = shopIn(join(workspace.folder, 'shop'));
  // Nobody has the password of its secrets, and none is needed.
  workspace.write('environments/prod/secrets.yaml', '$ANSIBLE_VAULT;1.1;AES256\n00\n');
  workspace.write('environments/prod/environment.yaml', JSON.stringify(environment(folder)));
});
afterAll(async () => {
  await workspace.run('rehearse', 'prod', '--remove');
  workspace.dispose();
  await real.stop();
});

/** Two hosts, certificates of a real CA, a managed database, a hook on this machine and a webhook. */
function environment(repository: string) {
  return {
    hosts: {
      web: {
        ...{ address: real.address, port: real.port, user: 'debian', roles: ['web'] },
        sudoPassword: '${secrets.sudo_password}',
      },
      back: { address: NAME, user: 'debian', roles: ['back'] },
    },
    secrets: { names: { sudo_password: 'of the login', slack_hook: 'the webhook' } },
    application: {
      name: 'shop',
      node: NODE,
      env: { GREETING: 'hello ${secrets.greeting}', DATABASE_URL: '${postgres.url}' },
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
    await expect.poll(() => readRecord(ofSmall)?.janitor, WAITING).toBeDefined();
    process.kill(readRecord(ofSmall)?.janitor?.pid ?? 0, 'SIGKILL');
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
