import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { logger, type Tree } from '@nx/devkit';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { openText, placeOf } from '@fairness-deploy/secrets';
import { findPassword } from '@fairness-deploy/secrets/vault';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
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
    said.length = 0;
    vi.spyOn(logger, 'info').mockImplementation((text: unknown) => void said.push(String(text)));
  });
  afterEach(() => {
    vi.restoreAllMocks();
    disk.dispose();
  });
  const said: string[] = [];

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

  it.each([
    [undefined, false],
    ['@fairness-deploy/rehearse/plugin', true],
    [{ plugin: '@fairness-deploy/rehearse/plugin' }, true],
  ])('names the rehearsal next with the plugin %j: %s', async (plugin, is) => {
    tree.write('nx.json', JSON.stringify({ plugins: plugin === undefined ? [] : [plugin] }));
    await environment(tree, { name: 'staging', host: '10.0.0.1' });
    expect(said.join('\n').includes('npx nx run staging:rehearse    # try it whole')).toBe(is);
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

  describe('with a plugin', () => {
    /** A plugin with a domain and two secrets, of which it knows how to make one. */
    const PLUGIN = `exports.plugin = {
      section: 'shop',
      schema: require(${JSON.stringify(createRequire(__filename).resolve('zod'))}).z.any(),
      domains: ({ domains = [] }) => (domains.length ? [{ path: ['domains'], domains }] : []),
      secrets: () => [
        { name: 'db_password', description: "the database's password", bytes: 24 },
        { name: 'db_host', description: "the database's host" },
      ],
    };`;
    const SHARED = `hosts: { web: { address: shop.example } }
secrets:
  names:
    token: Of the CA
    old: { description: No use, deprecated: true }
    extra: { description: Optional, required: false }
shop: {}
`;
    const PROD = `# Ours.
extends: ../shop.yaml
description: For customers
url: https://shop.example # for people
resources: { VM: Hetzner }
vars:
  domain: shop.example # in many places
shop:
  domains: [shop.example, www.shop.example, other.example]
`;
    beforeEach(() => {
      disk.write('nx.json', '{ "plugins": ["shop/plugin"] }');
      disk.write(
        'node_modules/shop/package.json',
        '{ "name": "shop", "fairness-deploy": { "section": "shop", "deployment": "main.js" } }',
      );
      disk.write('node_modules/shop/main.js', PLUGIN);
      disk.write('environments/shop.yaml', SHARED);
      disk.write('environments/prod/environment.yaml', PROD);
      writeFileSync(disk.write('environments/vault-password', ''), 'open sesame\n', {
        mode: 0o600,
      });
    });
    const SECRETS = 'environments/staging/secrets.yaml';

    async function secretsOf(name: string): Promise<Readonly<Record<string, string>>> {
      const place = placeOf(disk.folder, name);
      const password = () => findPassword(place, {}, { env: {}, warn: () => undefined });
      const keys = { password, identities: () => Promise.reject(new Error('none')) };
      const text = tree.read(`environments/${name}/secrets.yaml`, 'utf8') ?? '';
      return Object.fromEntries((await openText(text, keys, name)).values);
    }

    it('writes a secret for each name that is needed, and shows no value', async () => {
      await environment(tree, { name: 'staging', host: '10.0.0.1' });
      const secrets = await secretsOf('staging');
      expect(secrets).toEqual({
        ...{ token: 'changeme', old: 'none', db_host: 'changeme' },
        db_password: expect.stringMatching(/^[0-9a-f]{48}$/) as string,
      });
      expect(tree.read(SECRETS, 'utf8')).toMatch(/^\$ANSIBLE_VAULT;/);
      const text = said.join('\n');
      expect(text).toContain("db_password (the database's password): a new random value");
      expect(text).toContain('token (Of the CA): a placeholder: replace it');
      expect(text).toContain('npx nx run staging:secrets     # values for token, db_host');
      expect(text).not.toContain(secrets['db_password']);
      expect(text).not.toContain('changeme');
    });

    it('changes nothing when run again, and completes what lacks its secrets', async () => {
      await environment(tree, { name: 'staging', host: '10.0.0.1' });
      const before = tree.read(SECRETS, 'utf8');
      await environment(tree, { name: 'staging', host: '10.0.0.1' });
      expect(tree.read(SECRETS, 'utf8')).toBe(before);
      tree.delete(SECRETS);
      await environment(tree, { name: 'staging' });
      expect(tree.read(SECRETS, 'utf8')).toMatch(/^\$ANSIBLE_VAULT;/);
    });

    it('copies an environment, with other names and other secrets', async () => {
      await environment(tree, { name: 'prod' });
      const prod = await secretsOf('prod');
      // What is copied is on the disk, as for everybody.
      disk.write(
        'environments/prod/secrets.yaml',
        tree.read('environments/prod/secrets.yaml', 'utf8') ?? '',
      );
      disk.write('environments/prod/ca.pem', 'of a CA');
      await environment(tree, { name: 'staging', from: 'prod', url: 'https://try.example' });
      expect(tree.read(FILE, 'utf8')).toBe(`# Ours.
extends: ../shop.yaml
description: "staging, made from prod"
url: "https://try.example" # for people
resources: { VM: Hetzner }
vars:
  domain: try.example # in many places
shop:
  domains: ["try.example","www.try.example","staging.other.example"]
hosts:
  web:
    address: try.example
`);
      expect(tree.read('environments/staging/ca.pem', 'utf8')).toBe('of a CA');
      const staging = await secretsOf('staging');
      expect(Object.keys(staging)).toEqual(Object.keys(prod));
      expect(staging['db_password']).not.toBe(prod['db_password']);
      await environment(tree, { name: 'twin', from: 'prod', host: '10.0.0.1', copySecrets: true });
      expect(await secretsOf('twin')).toEqual(prod);
      expect(tree.read('environments/twin/environment.yaml', 'utf8')).toContain(
        'address: 10.0.0.1',
      );
      expect(said.join('\n')).not.toContain(prod['db_password']);
    });

    it('says how to get a password, and writes the rest', async () => {
      disk.write(
        'environments/shop.yaml',
        SHARED.replace('secrets:\n', 'secrets:\n  password: { file: none }\n'),
      );
      vi.stubEnv('HOME', disk.folder);
      await environment(tree, { name: 'staging', host: '10.0.0.1' });
      vi.unstubAllEnvs();
      expect(tree.exists(FILE)).toBe(true);
      expect(tree.exists(SECRETS)).toBe(false);
      expect(said.join('\n')).toContain(
        'secrets.yaml is not written yet. Cannot find the password',
      );
    });

    it('updates the page of environments where there is one', async () => {
      await environment(tree, { name: 'staging', host: '10.0.0.1' });
      expect(tree.exists('docs/environments.md')).toBe(false);
      tree.write('docs/environments.md', '# Ours\n');
      await environment(tree, {
        name: 'next',
        host: '10.0.0.2',
        resource: ['VM=Hetzner', ' fsn1'],
      });
      const page = tree.read('docs/environments.md', 'utf8');
      for (const text of ['# Ours', '[staging](', '[next](', '| VM | next | Hetzner, fsn1 |']) {
        expect(page).toContain(text);
      }
    });

    it.each([
      [{ from: 'none' }, 'Cannot copy "none": there is no environments/none/environment.yaml'],
      [{ from: 'prod', extends: 'shop' }, '--from and --extends each say what it is made of'],
      [{ copySecrets: true }, 'Cannot copy secrets: --from does not name the environment'],
      [{ url: 'shop' }, '--url is "shop", expected a URL'],
      [{ url: 'https://a:b@shop.example' }, 'without a user or a password'],
      [{ resource: ['VM'] }, '--resource is "VM", expected a resource'],
      [{ application: '/no/such' }, 'there is no such folder'],
    ])('refuses %j', async (options, message) => {
      await expect(environment(tree, { name: 'staging', ...options })).rejects.toThrow(message);
      expect(tree.listChanges().filter(({ path }) => path.startsWith('environments'))).toEqual([]);
    });
  });
});
