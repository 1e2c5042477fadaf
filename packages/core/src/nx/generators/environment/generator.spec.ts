import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import type { Tree } from '@nx/devkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadEnvironment } from '../../../environment/load-environment.js';
import {
  temporaryWorkspace,
  type TemporaryWorkspace,
} from '@fairness-deploy/environment-file/testing';
import environment from './generator.js';

const FILE = 'environments/staging/environment.yaml';

describe('the generator environment', () => {
  let tree: Tree;
  let disk: TemporaryWorkspace;
  beforeEach(() => {
    tree = createTreeWithEmptyWorkspace({ formatter: 'none' });
    // The tree is on no disk; where the plugins are looked for must be.
    disk = temporaryWorkspace();
    tree.root = disk.folder;
  });
  afterEach(() => {
    disk.dispose();
  });

  it('writes an environment that extends what the others share', async () => {
    tree.write('environments/shop.yaml', 'vars: {}\n');
    await environment(tree, { name: 'staging', host: '10.0.0.1', user: 'root' });
    expect(tree.read(FILE, 'utf8')).toBe(`# yaml-language-server: $schema=../environment.schema.json

# What all environments of the application share.
extends: ../shop.yaml

hosts:
  web:
    address: 10.0.0.1
    user: root
`);
    expect(tree.exists('environments/environment.schema.json')).toBe(true);
  });

  it.each([{}, { host: '2001:db8::1' }])('writes a file that loads with %j', async (options) => {
    await environment(tree, { name: 'staging', ...options });
    const workspace = temporaryWorkspace({ [FILE]: tree.read(FILE, 'utf8') ?? '' });
    const loaded = await loadEnvironment({ workspace: workspace.folder, name: 'staging' });
    workspace.dispose();
    expect(loaded.environment.hosts).toHaveLength(1);
  });

  it('changes nothing when run again, and keeps what the user wrote', async () => {
    await environment(tree, { name: 'staging' });
    tree.write(FILE, 'hosts: { mine: }\n');
    const schema = tree.read('environments/environment.schema.json', 'utf8');
    await environment(tree, { name: 'staging', host: '10.0.0.1' });
    expect(tree.read(FILE, 'utf8')).toBe('hosts: { mine: }\n');
    expect(tree.read('environments/environment.schema.json', 'utf8')).toBe(schema);
  });

  it.each([
    [{ name: 'Staging' }, 'Cannot add an environment: its name is "Staging", expected lower-case'],
    [{ name: '../x' }, 'Cannot add an environment: its name is "../x"'],
    [{ name: 'staging', host: 'a;id' }, 'Cannot add an environment: --host is "a;id", expected a'],
    [{ name: 'staging', user: 'Root' }, 'Cannot add an environment: --user is "Root", expected a'],
    [{ name: 'staging', extends: 'shop' }, 'Cannot extend "shop": environments/ does not have it'],
  ])('refuses %j and writes nothing', async (options, message) => {
    await expect(environment(tree, options)).rejects.toThrow(message);
    expect(tree.exists('environments')).toBe(false);
  });

  it('asks which file to extend when there are several', async () => {
    tree.write('environments/a.yaml', '');
    tree.write('environments/b.yaml', '');
    await expect(environment(tree, { name: 'staging' })).rejects.toThrow(
      'it could extend a.yaml or b.yaml\n  → add --extends=a.yaml',
    );
    await environment(tree, { name: 'staging', extends: 'b' });
    expect(tree.read(FILE, 'utf8')).toContain('extends: ../b.yaml');
  });
});
