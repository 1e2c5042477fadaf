import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { down } from './down.js';
import { readSandbox } from './read-sandbox.js';
import { chooseHost } from './ssh.js';

let workspace: string;
beforeAll(() => {
  workspace = mkdtempSync(join(tmpdir(), 'read-sandbox-'));
  mkdirSync(join(workspace, 'environments/prod'), { recursive: true });
  writeFileSync(join(workspace, 'nx.json'), '{}');
  writeFileSync(
    join(workspace, 'environments/prod/environment.yaml'),
    'hosts: { web: { address: 203.0.113.10 } }\n',
  );
});
afterAll(() => {
  rmSync(workspace, { recursive: true });
});

describe.each([
  ['up', (name: string) => readSandbox(name, workspace)],
  ['down', (name: string) => down(name, workspace, () => undefined)],
  ['ssh', (name: string) => chooseHost(name, workspace, { words: [] })],
])('%s', (_, command) => {
  it('refuses an environment whose hosts are machines of their own', async () => {
    await expect(command('prod')).rejects.toThrow(
      "Cannot find the sandbox of 'prod': environments/prod/environment.yaml has no section 'sandbox'",
    );
  });

  it('refuses an environment that there isn’t', async () => {
    await expect(command('nosuch')).rejects.toThrow('there is no such file');
  });
});
