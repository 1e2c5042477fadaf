import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import { CommandWorkspace } from '@fairness-deploy/core/testing';
import { listHosts } from '@fairness-deploy/sandbox';
import { prepareContainers } from '@fairness-deploy/sandbox/testing';
import { childEnvironment } from '@fairness-deploy/shell/client';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { NODE, shopIn } from './testing/shop.js';

const TIMEOUT_MILLISECONDS = 600_000;

let workspace: CommandWorkspace;
beforeAll(async () => {
  await prepareContainers(console.log);
  workspace = new CommandWorkspace();
  const { folder: repository } = shopIn(join(workspace.folder, 'shop'));
  workspace.write('environments/prod/dns.sh', '#!/bin/sh\nexit 1\n');
  workspace.write(
    'environments/prod/environment.yaml',
    JSON.stringify({
      hosts: { web: { address: 'web.shop.test', user: 'root' } },
      application: {
        ...{ name: 'shop', node: NODE },
        env: { GREETING: 'hello', TENANT_URL: 'https://tenant.shop.test/' },
        processes: {
          web: {
            ...{ command: 'node server.js', port: 3000, route: '/' },
            health: { path: '/health', settle: 0.5 },
          },
        },
      },
      release: { repository, install: false, build: false },
      ...{ supervisor: {}, certbot: { email: 'ops@shop.test', dns: { authHook: 'dns.sh' } } },
      nginx: { sites: { shop: { domains: ['shop.test', '*.shop.test'], tls: true } } },
    }),
  );
});
afterEach(async () => {
  await workspace.run('rehearse', 'prod', '--remove');
});
afterAll(() => {
  workspace.dispose();
});

function typed(line: string): Promise<string> {
  return new Promise((resolve) => {
    execFile('sh', ['-c', line], { env: childEnvironment() }, (_, stdout, stderr) => {
      resolve(stdout + stderr);
    });
  });
}

function listens(address: string, port: number): Promise<boolean> {
  const socket = connect(port, address);
  return new Promise((resolve) => {
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}

it.each(['nspawn', 'container'])(
  'the CA of a rehearsal on hosts of %s certifies by DNS, which only the hosts change',
  async (driver) => {
    const { status, output } = await workspace.run(
      ...(['rehearse', 'prod', '--keep', `--driver=${driver}`] as const),
    );
    expect([status, output]).toEqual([0, expect.stringContaining('is live as')]);
    const [, curl = 'false'] = /^ +(curl --resolve shop\.test:.*)$/m.exec(output) ?? [];
    expect(await typed(`${curl} -fsS`)).toBe('hello');
    // A name under the wildcard that a value says.
    const [, ssh = 'false'] = /^ +web +(ssh .*)$/m.exec(output) ?? [];
    const [tenant = '', own] = (await typed(`${ssh} getent hosts tenant.shop.test web.shop.test`))
      .split('\n')
      .map((line) => line.split(' ')[0]);
    expect(tenant).toMatch(/^10\./);
    expect(tenant).toBe(own);

    // Any user of this machine reaches the host of the CA.
    const hosts = (await listHosts()).filter((host) => host.workspace === workspace.folder);
    const authority = hosts.find(({ name }) => name.startsWith('authority'))?.innerAddress ?? '';
    expect(await listens(authority, 14_000)).toBe(true);
    for (const port of [15_000, 53, 8053]) expect(await listens(authority, port)).toBe(false);
    const record = JSON.stringify({ host: '_acme-challenge.shop.test.', value: 'x' });
    const changes = ['set-txt', 'clear-txt', 'add-a', 'set-default-ipv4'].map(async (action) => {
      const url = `http://${authority}:8055/${action}`;
      return (await fetch(url, { method: 'POST', body: record })).status;
    });
    expect(await Promise.all(changes)).toEqual([403, 403, 403, 403]);
  },
  TIMEOUT_MILLISECONDS,
);
