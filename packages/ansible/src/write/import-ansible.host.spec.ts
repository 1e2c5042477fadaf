import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandWorkspace } from '@fairness-deploy/core/testing';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { nxEnvironment } from '@fairness-deploy/shell/testing';
import { GENERATION_A, GENERATION_B, OLD_SECRETS } from '../testing/old-set-ups.js';
import { setUpFolder } from '../testing/set-up-folder.js';
import { importAnsible } from './import-ansible.js';

/** The commands that people run first, with what was imported, on a real host that only the inventory names. */
describe.each([
  ['generation A', GENERATION_A],
  ['generation B', GENERATION_B],
])('an imported set-up of %s', (name, content) => {
  let host: TestHost;
  let workspace: CommandWorkspace;
  beforeAll(async () => {
    host = await startTestHost(`import-${name.at(-1)?.toLowerCase() ?? ''}`);
    const { address, port, user, identityFile, knownHostsFile } = host.host;
    const { folder, dispose } = await setUpFolder({
      ...content,
      'environments/prod/hosts': `[web]\nshop.example.org:${String(port)} ansible_host=${address} ansible_user=${user} ansible_ssh_private_key_file=${identityFile}\n`,
    });
    workspace = new CommandWorkspace({ FAIRNESS_VAULT_PASSWORD: 'open sesame' });
    const { files } = await importAnsible(
      { folder },
      { root: workspace.folder, read: () => undefined, hasSection: () => false },
    );
    dispose();
    for (const { path, content: text } of files) workspace.write(path, text);
    workspace.write('environments/prod/known_hosts', readFileSync(knownHostsFile, 'utf8'));
  });
  afterAll(async () => {
    await host.stop();
    workspace.dispose();
  });

  it('has all secrets that it needs', async () => {
    const said = await workspace.runAsText('secrets-check', 'prod');
    expect(said).toMatch(/^0\n/);
  });

  it('reaches the host', async () => {
    expect(await workspace.runAsText('ping', 'prod')).toMatch(/^0\n/);
  });

  it('has a plan, which shows no secret', async () => {
    const said = await workspace.runAsText('plan', 'prod');
    expect(said).toMatch(/^0\n/);
    expect(said).toContain('/etc/nginx');
    for (const secret of [
      OLD_SECRETS.db_password,
      OLD_SECRETS.file_encryption_key,
      'links-of-calendars',
    ]) {
      expect(said).not.toContain(secret);
    }
  });
});

describe('nx g import-ansible', () => {
  let workspace: CommandWorkspace;
  let setUp: { readonly folder: string; readonly dispose: () => void };
  beforeAll(async () => {
    workspace = new CommandWorkspace();
    setUp = await setUpFolder(GENERATION_A);
  });
  afterAll(() => {
    workspace.dispose();
    setUp.dispose();
  });

  const nx = (...options: readonly string[]): string =>
    execFileSync(
      join(workspace.folder, 'node_modules/.bin/nx'),
      ['g', '@fairness-deploy/ansible:import-ansible', setUp.folder, ...options],
      {
        cwd: workspace.folder,
        env: nxEnvironment(),
        encoding: 'utf8',
      },
    );
  const secrets = [
    ...Object.values(OLD_SECRETS).filter((value) => value !== '5432'),
    'links-of-calendars',
  ];

  it('shows in a dry run what it would write and what is left over, and no secret', () => {
    const said = nx('--dry-run');
    expect(said).toContain('CREATE environments/prod/secrets.yaml');
    expect(said).toContain('Not translated:');
    for (const secret of secrets) expect(said).not.toContain(secret);
    expect(existsSync(join(workspace.folder, 'environments'))).toBe(false);
  });

  it('writes it, and changes nothing the next time', () => {
    const said = nx();
    for (const secret of secrets) expect(said).not.toContain(secret);
    const folder = join(workspace.folder, 'environments');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
    expect(files).toEqual(
      expect.arrayContaining(['prod/environment.yaml', 'prod/secrets.yaml', 'shop.yaml']),
    );
    const before = readFileSync(join(folder, 'prod/secrets.yaml'), 'utf8');
    expect(before).toMatch(/^\$ANSIBLE_VAULT;1\.1;AES256\n[0-9a-f]{80}\n/);
    expect(nx()).toContain('Nothing is written: all of its environments are there already.');
    expect(readFileSync(join(folder, 'prod/secrets.yaml'), 'utf8')).toBe(before);
  });
});
