import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { logger, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  temporaryWorkspace,
  type TemporaryWorkspace,
} from '@fairness-deploy/environment-file/testing';
import { decryptVault } from '@fairness-deploy/secrets/vault';
import { GENERATION_A, OLD_SECRETS } from '../../../testing/old-set-ups.js';
import { setUpFolder } from '../../../testing/set-up-folder.js';
import importAnsible from './generator.js';

describe('the generator import-ansible', () => {
  let tree: Tree;
  let disk: TemporaryWorkspace;
  let setUp: { folder: string; dispose: () => void };
  const said: string[] = [];
  beforeEach(async () => {
    tree = createTreeWithEmptyWorkspace({ formatter: 'none' });
    disk = temporaryWorkspace();
    // The password of the workspace is looked for on the disk.
    tree.root = disk.folder;
    setUp = await setUpFolder(GENERATION_A);
    said.length = 0;
    vi.spyOn(logger, 'info').mockImplementation((text: unknown) => void said.push(String(text)));
  });
  afterEach(() => {
    vi.restoreAllMocks();
    disk.dispose();
    setUp.dispose();
  });

  it('writes environments, secrets that are encrypted, and a report', async () => {
    const done = await importAnsible(tree, { folder: setUp.folder });
    await done();
    expect(tree.children('environments').sort()).toEqual([
      'prod',
      'shop.import.md',
      'shop.yaml',
      'vagrant',
    ]);
    const secrets = tree.read('environments/prod/secrets.yaml', 'utf8') ?? '';
    const plain = await decryptVault(secrets, Buffer.from('open sesame'));
    expect(plain.toString()).toContain("db_name: 'shopdb'");
    expect(said.join('\n')).toContain('environments/vagrant/Vagrantfile: the machine');
    expect(said.join('\n')).toContain(
      `install -m 600 ${setUp.folder}/vault-password environments/vault-password`,
    );
  });

  it('shows no secret, neither of the set-up nor as it is written', async () => {
    const done = await importAnsible(tree, { folder: setUp.folder });
    await done();
    const secrets = tree.read('environments/prod/secrets.yaml', 'utf8') ?? '';
    for (const text of [
      ...Object.values(OLD_SECRETS),
      'open sesame',
      secrets.split('\n')[1] ?? '',
    ]) {
      if (text !== '5432') expect(said.join('\n')).not.toContain(text);
    }
  });

  it('says what a dry run would write: nothing is left for afterwards but the next steps', async () => {
    // Nx calls nothing of what a generator returns in a dry run.
    await importAnsible(tree, { folder: setUp.folder });
    expect(said.join('\n')).toContain('Environments of shop: prod, vagrant');
    expect(said.join('\n')).toContain('Not translated:');
  });

  it('changes nothing when run again, and keeps what the user wrote', async () => {
    await importAnsible(tree, { folder: setUp.folder });
    tree.write('environments/prod/environment.yaml', 'hosts: { mine: }\n');
    const before = new Map(tree.listChanges().map(({ path, content }) => [path, String(content)]));
    said.length = 0;
    await importAnsible(tree, { folder: setUp.folder });
    const after = new Map(tree.listChanges().map(({ path, content }) => [path, String(content)]));
    expect(after).toEqual(before);
    expect(said.join('\n')).toContain(
      'Nothing is written: all of its environments are there already.',
    );
    expect(said.join('\n')).toContain(
      'Left as they are (--overwrite replaces them): environments/prod/environment.yaml, environments/vagrant/environment.yaml',
    );
  });

  it('encrypts with the password of the workspace, where there is one', async () => {
    writeFileSync(
      join(disk.write('environments/vault-password', 'of the team\n')),
      'of the team\n',
      { mode: 0o600 },
    );
    const done = await importAnsible(tree, { folder: setUp.folder });
    await done();
    const secrets = tree.read('environments/prod/secrets.yaml', 'utf8') ?? '';
    expect((await decryptVault(secrets, Buffer.from('of the team'))).toString()).toContain(
      'db_name',
    );
    expect(said.join('\n')).not.toContain('install -m 600');
  });

  it('writes nothing when the set-up cannot be read', async () => {
    await expect(importAnsible(tree, { folder: join(setUp.folder, 'no') })).rejects.toThrow(
      'Cannot import "',
    );
    expect(tree.exists('environments')).toBe(false);
  });

  it('writes the section takeover where nx.json names its package', async () => {
    tree.write('nx.json', '{ "plugins": ["@fairness-deploy/takeover/plugin"] }');
    await importAnsible(tree, { folder: setUp.folder });
    expect(tree.read('environments/prod/environment.yaml', 'utf8')).toContain(
      'takeover:\n  checkout: /root/shop\n',
    );
  });
});
