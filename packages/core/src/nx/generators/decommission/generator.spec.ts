import { writeFileSync } from 'node:fs';
import { logger, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  temporaryWorkspace,
  type TemporaryWorkspace,
} from '@fairness-deploy/environment-file/testing';
import { saying } from '@fairness-deploy/shell/testing';
import environmentsPage from '../environments-page/generator.js';
import decommission from './generator.js';

const PAGE = 'docs/environments.md';

describe('the generator decommission', () => {
  let tree: Tree;
  let disk: TemporaryWorkspace;
  const said: string[] = [];
  beforeEach(async () => {
    said.length = 0;
    vi.spyOn(logger, 'info').mockImplementation((text: unknown) => void said.push(String(text)));
    tree = createTreeWithEmptyWorkspace({ formatter: 'none' });
    disk = temporaryWorkspace({
      'environments/shop.yaml': 'hosts: { web: }\nresources: { VM: Hetzner }\n',
      'environments/own.yaml': 'vars: {}\n',
      'environments/prod/environment.yaml': 'extends: ../shop.yaml\n',
      'environments/staging/environment.yaml': 'extends: ../shop.yaml\nresources: { DNS: Gandi }\n',
      'environments/staging/secrets.yaml': 'encrypted',
      'environments/staging/templates/site.conf': 'x',
    });
    tree.root = disk.folder;
    await environmentsPage(tree, {});
    disk.write(PAGE, tree.read(PAGE, 'utf8') ?? '');
  });
  afterEach(() => {
    vi.restoreAllMocks();
    disk.dispose();
  });
  const changed = (): readonly string[] =>
    tree
      .listChanges()
      .filter(({ path }) => path.startsWith('environments') || path === PAGE)
      .map(({ type, path }) => `${type} ${path}`)
      .sort();
  const remove = (name: string, removedFromHosts = true) => {
    tree = createTreeWithEmptyWorkspace({ formatter: 'none' });
    tree.root = disk.folder;
    return decommission(tree, { name, removedFromHosts });
  };

  it('removes the folder and the rows, and lists what is left for people', async () => {
    await remove('staging');
    expect(changed()).toEqual(
      expect.arrayContaining([
        'DELETE environments/staging/environment.yaml',
        'DELETE environments/staging/secrets.yaml',
        'DELETE environments/staging/templates/site.conf',
        `UPDATE ${PAGE}`,
      ]),
    );
    const page = tree.read(PAGE, 'utf8') ?? '';
    expect(page).toContain('[prod](');
    expect(page).not.toContain('staging');
    expect(page).not.toContain('Gandi');
    const text = said.join('\n');
    expect(text).toContain('Only you can remove these:\n  VM: Hetzner\n  DNS: Gandi');
    expect(text).toContain('environments/shop.yaml stays: other environments extend it.');
  });

  it('names the shared file that no environment extends any more', async () => {
    disk.write('environments/staging/environment.yaml', 'extends: ../own.yaml\nhosts: { web: }\n');
    await remove('staging');
    expect(said.join('\n')).toContain('No environment extends environments/own.yaml any more');
    expect(changed()).not.toContain('DELETE environments/own.yaml');
  });

  it('refuses while hosts may still have it', async () => {
    await expect(remove('staging', false)).rejects.toThrow(
      saying(
        'its hosts may still have it, and a generator connects to no host\n  → npx nx run staging:decommission',
      ),
    );
    expect(changed()).toEqual([]);
  });

  it('refuses while another environment extends it', async () => {
    disk.write('environments/twin/environment.yaml', 'extends: ../staging/environment.yaml\n');
    await expect(remove('staging')).rejects.toThrow('twin extends its environment.yaml');
    expect(changed()).toEqual([]);
  });

  it('keeps what git ignores, and says so', async () => {
    writeFileSync(disk.write('environments/staging/vault-password', ''), 'x');
    disk.write('.gitignore', 'vault-password\n');
    await remove('staging');
    expect(changed()).not.toContain('DELETE environments/staging/vault-password');
    expect(said.join('\n')).toContain('they stay in environments/staging: vault-password');
  });

  it('removes one that can not be loaded', async () => {
    disk.write('environments/staging/environment.yaml', 'hosts: [\n');
    await remove('staging');
    expect(changed()).toContain('DELETE environments/staging/environment.yaml');
    expect(said.join('\n')).toContain('its computing resources are not known');
  });

  it('has nothing to do the second time', async () => {
    await remove('gone');
    expect(changed()).toEqual([]);
    expect(said.join('\n')).toContain('There is no environments/gone.');
  });

  it.each(['../staging', '', '.'])('refuses the name %j', async (name) => {
    await expect(remove(name)).rejects.toThrow('Cannot remove the environment');
  });
});
