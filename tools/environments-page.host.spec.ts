import { spawn } from 'node:child_process';
import { CommandWorkspace } from '@fairness-deploy/core/testing';
import { afterAll, expect, it } from 'vitest';

const workspace = new CommandWorkspace();
afterAll(() => {
  workspace.dispose();
});

interface Ended {
  readonly status: number | null;
  readonly output: string;
}

function nx(...words: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const { HOME, PATH } = process.env;
    const child = spawn('npx', ['nx', ...words], {
      cwd: workspace.folder,
      env: { HOME, PATH, CI: 'true', NX_DAEMON: 'false', NX_TUI: 'false' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const take = (chunk: Buffer): void => void (output += chunk.toString());
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', reject);
    child.on('close', (status) => {
      resolve({ status, output });
    });
  });
}

const environment = (url: string): void => {
  workspace.write('environments/prod/environment.yaml', `hosts: { web: }\nurl: ${url}\n`);
};

it('nx sync:check fails until nx sync has written the page, and names a file with an error', async () => {
  workspace.write('package.json', '{ "name": "shop", "version": "0.0.0" }');
  environment('https://shop.example');
  const missing = await nx('sync:check');
  expect(missing.status).toBe(1);
  expect(missing.output).toContain('docs/environments.md differs from what the files');
  expect((await nx('sync')).status).toBe(0);
  expect((await nx('sync:check')).status).toBe(0);
  environment('https://next.shop.example');
  expect((await nx('sync:check')).status).toBe(1);
  environment('next.shop.example');
  const broken = await nx('sync');
  expect(broken.status).toBe(1);
  expect(broken.output).toContain('environments/prod/environment.yaml:2:6');
  expect(broken.output).toContain('write https://next.shop.example');
}, 180_000);
