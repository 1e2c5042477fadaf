import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandWorkspace } from '@fairness-deploy/core/testing';
import { listHosts } from '@fairness-deploy/sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NODE, shopIn } from './testing/shop.js';
import { startRealHost, type RealHost } from './testing/real-hosts.js';

const NAME = 'back.shop.test';

let real: RealHost;
let workspace: CommandWorkspace;

beforeAll(async () => {
  real = await startRealHost('127.0.0.77');
  workspace = new CommandWorkspace({
    ...real.variables,
    XDG_STATE_HOME: '',
    FAIRNESS_VAULT_PASSWORD: '',
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
          ...{ command: 'node index.js', port: 3000, route: '/', on: ['web'] },
          health: { path: '/health', settle: 0.5 },
        },
        work: { command: 'node -e "setInterval(() => 0, 1000)"', on: ['back'] },
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

const own = () => listHosts().filter((host) => host.workspace === workspace.folder);

describe('rehearse', () => {
  it('tries two hosts, with their certificates and database, without the real ones', async () => {
    const { status, output } = await workspace.run('rehearse', 'prod', '--keep');
    expect([status, output]).toEqual([0, expect.stringContaining('The hosts stay:')]);
    expect(output).toMatch(/plan prod: web, back\n[^]*nothing to change[^]*deploy prod: web, back/);
    expect(own().map(({ name }) => name)).toHaveLength(3);
    for (const line of ['the managed database', 'the real DNS', 'the webhooks', 'the bucket']) {
      expect(output).toContain(`  - ${line}`);
    }
    const [, curl = ''] = /^ +(curl --resolve shop\.test:.*)$/m.exec(output) ?? [];
    expect(curl).toContain('--cacert');
  });
});
mkdirSync;
writeFileSync;
