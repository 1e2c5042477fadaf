import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type * as core from '@fairness-deploy/core';
import { temporaryWorkspace } from '@fairness-deploy/environment-file/testing';
import { decryptVault } from '@fairness-deploy/secrets/vault';
import { saying } from '@fairness-deploy/shell/testing';
import { GENERATION_A, GENERATION_B, OLD_SECRETS } from '../testing/old-set-ups.js';
import { setUpFolder, vaultValue, type SetUpContent } from '../testing/set-up-folder.js';
import { importAnsible, type Import, type ImportOptions, type Target } from './import-ansible.js';
import { findingsForTerminal } from './report.js';

/** The built packages, as plugins are loaded from there: their classes are other ones than those of sources. */
const built = createRequire(__filename)('@fairness-deploy/core') as typeof core;

const disposals: (() => void)[] = [];
afterEach(() => {
  for (const dispose of disposals.splice(0)) dispose();
});

/** A workspace as a user has it: the packages of this one. */
function userWorkspace() {
  const workspace = temporaryWorkspace();
  disposals.push(() => {
    workspace.dispose();
  });
  cpSync(join(process.cwd(), 'nx.json'), join(workspace.folder, 'nx.json'));
  symlinkSync(join(process.cwd(), 'node_modules'), join(workspace.folder, 'node_modules'));
  return workspace.folder;
}

interface Imported extends Import {
  readonly root: string;
  readonly text: (path: string) => string;
}

async function importOf(
  content: SetUpContent,
  options: Partial<ImportOptions> = {},
  there: Readonly<Record<string, string>> = {},
): Promise<Imported> {
  const { folder, dispose } = await setUpFolder(content);
  disposals.push(dispose);
  const root = userWorkspace();
  const target: Target = { root, read: (path) => there[path], hasSection: () => false };
  const imported = await importAnsible({ folder, ...options }, target);
  for (const { path, content: text } of imported.files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const text = (path: string): string =>
    imported.files.find((file) => file.path === path)?.content ?? '';
  return { ...imported, root, text };
}

const load = (root: string, name: string, password = 'open sesame') => {
  process.env['FAIRNESS_VAULT_PASSWORD'] = password;
  return built.loadEnvironment({ workspace: root, name }).finally(() => {
    delete process.env['FAIRNESS_VAULT_PASSWORD'];
  });
};

describe.each([
  ['generation-a', GENERATION_A],
  ['generation-b', GENERATION_B],
])('the set-up %s', (name, content) => {
  it('becomes these files', async () => {
    const { files } = await importOf(content);
    for (const { path, content: text } of files) {
      if (path.endsWith('secrets.yaml')) continue;
      await expect(text).toMatchFileSnapshot(
        `../testing/golden/${name}/${path.replaceAll('/', '-')}`,
      );
    }
    expect(files.map(({ path }) => path)).toEqual([
      'environments/shop.yaml',
      'environments/prod/environment.yaml',
      'environments/prod/secrets.yaml',
      'environments/vagrant/environment.yaml',
      'environments/vagrant/secrets.yaml',
      'environments/shop.import.md',
    ]);
  });

  it('becomes environments that load', async () => {
    const { root } = await importOf(content);
    const prod = await load(root, 'prod');
    expect(prod.environment.hosts).toMatchObject([
      { name: 'web', address: 'shop.example.org', user: 'root' },
    ]);
    expect(Object.keys(prod.environment.sections).sort()).toEqual([
      ...['certbot', 'nginx', 'postgres', 'release', 'server', 'supervisor'],
    ]);
    expect(prod.secret('db_password').reveal()).toBe(OLD_SECRETS.db_password);
    const vagrant = await load(root, 'vagrant');
    expect(vagrant.environment.hosts).toMatchObject([
      { address: '192.168.56.11', user: 'vagrant' },
    ]);
    expect(vagrant.environment.sections['release']).toMatchObject({ revision: 'feat/new-cart' });
    expect(vagrant.environment.sections['postgres']).toMatchObject({ mode: 'tunnel' });
  });

  it('shows no secret, and has none in plain text', async () => {
    const { files, findings } = await importOf(content);
    const seen = [
      ...files.map((file) => file.content),
      findingsForTerminal(findings),
      JSON.stringify(findings),
    ].join('\n');
    for (const secret of [
      ...Object.values(OLD_SECRETS),
      'links-of-calendars',
      'abcd1234',
      'open sesame',
    ]) {
      // A port is a number like others.
      if (secret !== '5432') expect(seen).not.toContain(secret);
    }
  });
});

const without = (content: SetUpContent, ...paths: readonly string[]): SetUpContent =>
  Object.fromEntries(Object.entries(content).filter(([path]) => !paths.includes(path)));

describe('importAnsible()', () => {
  it('changes nothing that is there, and says so', async () => {
    const first = await importOf(GENERATION_A);
    const there = Object.fromEntries(first.files.map(({ path, content }) => [path, content]));
    const second = await importOf(GENERATION_A, {}, there);
    expect(second.files).toEqual([]);
    expect(second.environments).toEqual([]);
    expect(second.kept).toEqual([
      'environments/prod/environment.yaml',
      'environments/vagrant/environment.yaml',
    ]);
  });

  it('adds an environment that is missing, beside those that are there', async () => {
    const first = await importOf(GENERATION_A);
    const there = Object.fromEntries(
      first.files
        .filter(({ path }) => !path.includes('vagrant') && !path.endsWith('.md'))
        .map(({ path, content }) => [path, content]),
    );
    const second = await importOf(GENERATION_A, {}, there);
    expect(second.files.map(({ path }) => path)).toEqual([
      'environments/vagrant/environment.yaml',
      'environments/vagrant/secrets.yaml',
      'environments/shop.import.md',
    ]);
    expect(second.text('environments/vagrant/environment.yaml')).toContain('extends: ../shop.yaml');
  });

  it('inherits nothing from a shared file that somebody has changed', async () => {
    const there = { 'environments/shop.yaml': 'application: { name: other }\n' };
    const { kept, text } = await importOf(GENERATION_A, {}, there);
    expect(kept).toEqual(['environments/shop.yaml']);
    const prod = text('environments/prod/environment.yaml');
    expect(prod).not.toContain('extends');
    expect(prod).toContain('name: shop');
  });

  it('replaces files when it is told to', async () => {
    const there = { 'environments/prod/environment.yaml': 'hosts: { mine: }\n' };
    const { files, kept } = await importOf(GENERATION_A, { overwrite: true }, there);
    expect(kept).toEqual([]);
    expect(files.map(({ path }) => path)).toContain('environments/prod/environment.yaml');
  });

  it('gives each environment its own password, where the set-up has several', async () => {
    const { root, passwords, text } = await importOf({
      'ansible.cfg': '[defaults]\nvault_identity_list = prod@vault-prod, dev@vault-dev\n',
      'vault-prod': 'one\n',
      'vault-dev': 'two\n',
      'inventories/prod.yml': `web:\n  hosts:\n    web1:\n      api_port: 3000\n      git_repo: https://git.example.org/shop.git\n      db_password: ${vaultValue('p', 'one', 'prod')}\n      db_host: db.example.org\n      db_username: shop\n      db_name: shop\n`,
      'inventories/dev.yml': `web:\n  hosts:\n    web2:\n      api_port: 3000\n      git_repo: https://git.example.org/shop.git\n      db_password: ${vaultValue('d', 'two', 'dev')}\n      db_host: db.example.org\n      db_username: shop\n      db_name: shop\n`,
    });
    expect(passwords.map(({ file }) => file)).toEqual([
      'environments/dev/vault-password',
      'environments/prod/vault-password',
    ]);
    expect(text('environments/shop.yaml')).toContain('file: vault-password');
    expect((await load(root, 'prod', 'one')).secret('db_password').reveal()).toBe('p');
    expect((await load(root, 'dev', 'two')).secret('db_password').reveal()).toBe('d');
    await expect(
      decryptVault(text('environments/dev/secrets.yaml'), Buffer.from('one')),
    ).rejects.toThrow('the password is wrong');
  });

  it('refuses a vault without its password, by file and line', async () => {
    await expect(importOf(without(GENERATION_A, 'vault-password'))).rejects.toThrow(
      saying(
        'Cannot import environments/prod/secrets:1: it is encrypted, and there is no password\n  → add --vault-password-file=<file>',
      ),
    );
  });

  it('asks for a password that is named so', async () => {
    const content = without(GENERATION_A, 'vault-password', 'Makefile');
    const asked: string[] = [];
    const ask = (question: string): Promise<string> => {
      asked.push(question);
      return Promise.resolve('open sesame');
    };
    const { environments } = await importOf(
      { ...content, 'ansible.cfg': '[defaults]\nvault_identity_list = prod@prompt\n' },
      { vaultId: ['prod@prompt'], extraVars: ['@environments/<environment>/secrets'], ask },
    );
    expect(environments).toEqual(['prod', 'vagrant']);
    expect(asked).toEqual(['Password of the vault "prod": ']);
  });

  it('leaves out the section takeover and says it, where its package is missing', async () => {
    const { findings, text } = await importOf(GENERATION_A);
    expect(text('environments/prod/environment.yaml')).not.toContain('takeover');
    expect(findings).toContainEqual(
      expect.objectContaining({
        hint: expect.stringContaining('takeover: {"checkout":"/root/shop"} to prod') as string,
      }),
    );
  });
});
