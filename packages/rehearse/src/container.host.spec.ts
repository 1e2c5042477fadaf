import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CommandWorkspace } from '@fairness-deploy/core/testing';
import { listHosts } from '@fairness-deploy/sandbox';
import { prepareContainers } from '@fairness-deploy/sandbox/testing';
import { childEnvironment } from '@fairness-deploy/shell/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NODE, shopIn } from './testing/shop.js';

const run = promisify(execFile);

let workspace: CommandWorkspace;
beforeAll(async () => {
  await prepareContainers(console.log);
  workspace = new CommandWorkspace();
  const { folder: repository } = shopIn(join(workspace.folder, 'shop'));
  workspace.write(
    'environments/prod/environment.yaml',
    JSON.stringify({
      hosts: { web: { address: '203.0.113.10', user: 'debian' } },
      application: {
        ...{ name: 'shop', node: NODE, env: { GREETING: 'hello' } },
        processes: {
          web: {
            ...{ command: 'node server.js', port: 3000, route: '/' },
            health: { path: '/health', settle: 0.5 },
          },
        },
      },
      release: { repository, install: false, build: false },
      ...{ supervisor: {}, nginx: { sites: { shop: { domains: ['shop.test'] } } } },
    }),
  );
});
afterAll(async () => {
  await workspace.run('rehearse', 'prod', '--remove');
  workspace.dispose();
});

it('rehearse in containers prints lines that reach the site and log in by published ports', async () => {
  const { status, output } = await workspace.run(
    ...(['rehearse', 'prod', '--driver=container', '--keep'] as const),
  );
  expect([status, output]).toEqual([0, expect.stringContaining('The hosts stay:')]);
  const typed = async (line: string): Promise<string> =>
    (await run('sh', ['-c', line], { env: childEnvironment() })).stdout;
  const [, curl = 'false', port] =
    /^ +(curl --resolve shop\.test:(\d+):127\.0\.0\.1 .*)$/m.exec(output) ?? [];
  expect(port).not.toBe('80');
  expect(await typed(`${curl} -fsS`)).toBe('hello');
  const [, ssh = 'false'] = /^ +web +(ssh .*)$/m.exec(output) ?? [];
  expect(await typed(`${ssh} whoami`)).toBe('debian\n');
  await workspace.run('rehearse', 'prod', '--remove');
  expect((await listHosts()).filter((host) => host.workspace === workspace.folder)).toEqual([]);
});
