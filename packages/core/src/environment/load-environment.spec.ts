import { homedir } from 'node:os';
import { join } from 'node:path';
import { environmentSecretStore } from '@fairness-deploy/secrets';
import { Text } from '@fairness-deploy/shell/secret';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { definePlugin } from '../plugin/plugin.js';
import { loadEnvironment } from './load-environment.js';
import type { LoadOptions } from './load-options.js';
import {
  temporaryWorkspace,
  type TemporaryWorkspace,
} from '@fairness-deploy/environment-file/testing';
import { textSchema } from '../inventory/text-schema.js';

const EXAMPLE = definePlugin<{ readonly port: number; readonly token?: Text }>({
  section: 'example',
  schema: z.strictObject({ port: z.int().default(80), token: textSchema.exactOptional() }),
  offers: [
    {
      ...{ name: 'example', placeholder: 'process' },
      values: ({ section: { port }, processes }) =>
        Object.fromEntries(processes.map((process) => [process, port])),
    },
  ],
});

let workspace: TemporaryWorkspace;
afterEach(() => {
  workspace.dispose();
});

async function load(files: Readonly<Record<string, string>>, options: LoadOptions = {}) {
  workspace = temporaryWorkspace(files);
  const secrets = () => environmentSecretStore({ FAIRNESS_SECRET_DB: 'p4ss' });
  const reference = { workspace: workspace.folder, name: 'staging' };
  const loaded = await loadEnvironment(reference, { plugins: [EXAMPLE], secrets, ...options });
  return loaded.environment;
}

const staging = (text: string) => ({ 'environments/staging/environment.yaml': text });

const SHARED = `
vars: { domain: example.org, port: 3000 }
application:
  name: shop
  node: 20.20.2
  env: { NODE_ENV: production, URL: "https://\${vars.domain}/", DB: "postgres://shop:\${secrets.db}@db/shop" }
  processes:
    api:
      command: node dist/api.js --verbose
      port: \${vars.port}
      route: /api
      health: /api/health
    client:
      command: [node, client.js, a "quoted" word, 7]
      port: 3001
      alternatePort: 8001
      env: { API: "http://127.0.0.1:\${example.api}/\${vars.domain}?\${secrets.db}" }
example: { port: 8080 }
`;

describe('loadEnvironment()', () => {
  it('knows a host by address, by settings, or by its name alone', async () => {
    const { hosts } = await load(
      staging(`hosts:
  web.example.org:
  two: 10.0.0.2
  three: { address: "2001:db8::1", port: 2222, user: deploy, sudo: false, identityFile: keys/id }
  four: { identityFile: ~/.ssh/id, sudoPassword: "\${secrets.db}" }`),
    );
    const folder = join(workspace.folder, 'environments/staging');
    expect(hosts).toEqual([
      { name: 'web.example.org', address: 'web.example.org', sudo: true },
      { name: 'two', address: '10.0.0.2', sudo: true },
      {
        name: 'three',
        address: '2001:db8::1',
        port: 2222,
        user: 'deploy',
        sudo: false,
        identityFile: join(folder, 'keys/id'),
      },
      {
        name: 'four',
        address: 'four',
        sudo: true,
        identityFile: join(homedir(), '.ssh/id'),
        sudoPassword: expect.any(Text) as Text,
      },
    ]);
    expect(hosts[3]?.sudoPassword?.reveal()).toBe('p4ss');
  });

  it('merges what it extends, fills in variables and secrets, and adds defaults', async () => {
    const { application, sections } = await load({
      'environments/shop.yaml': SHARED,
      ...staging('extends: ../shop.yaml\nhosts: { web: 10.0.0.1 }\nexample: { token: t }'),
    });
    expect(application).toMatchObject({
      name: 'shop',
      user: 'shop',
      home: '/srv/shop',
      node: { version: '20.20.2', mirror: 'https://nodejs.org/dist' },
      processes: [
        {
          name: 'api',
          command: ['node', 'dist/api.js', '--verbose'],
          port: 3000,
          alternatePort: 3100,
          route: '/api',
          health: { path: '/api/health', status: 200, interval: 0.2, deadline: 30, settle: 4 },
        },
        {
          name: 'client',
          command: ['node', 'client.js', 'a "quoted" word', '7'],
          port: 3001,
          alternatePort: 8001,
        },
      ],
    });
    expect(String(application?.env['URL'])).toBe('https://example.org/');
    expect(String(application?.env['DB'])).toBe('postgres://shop:***@db/shop');
    expect(application?.env['DB']?.reveal()).toBe('postgres://shop:p4ss@db/shop');
    const api = application?.processes[1]?.env['API'] ?? Text.of();
    expect(api.reveal()).toBe('http://127.0.0.1:8080/example.org?p4ss');
    expect(sections['example']).toMatchObject({ port: 8080 });
  });

  it('reads files with the line ends of Windows as any others, and names their lines', async () => {
    const files = {
      'environments/shop.yaml': SHARED,
      ...staging(`extends: ../shop.yaml
hosts: { web: 10.0.0.1 }
application:
  env:
    BANNER: |
      one
      two
`),
    };
    const onWindows = Object.fromEntries(
      Object.entries(files).map(([name, text]) => [name, text.replaceAll('\n', '\r\n')]),
    );
    const plain = await load(files);
    workspace.dispose();
    const other = await load(onWindows);
    expect({ ...other, workspace: '', folder: '' }).toEqual({
      ...plain,
      workspace: '',
      folder: '',
    });
    expect(other.application?.env['BANNER']?.reveal()).toBe('one\ntwo\n');
    workspace.dispose();
    await expect(
      load(staging('hosts: { web: 10.0.0.1 }\r\nexample:\r\n  port: no\r\n')),
    ).rejects.toThrow(/environment\.yaml:3:9/);
  });

  it('takes null as the removal of an inherited key, and a section without settings as one', async () => {
    const { application, sections } = await load({
      'environments/shop.yaml': SHARED,
      ...staging(`extends: ../shop.yaml
hosts: { web: 10.0.0.1 }
example: ~
application: { processes: { client: null }, env: { DB: } }`),
    });
    expect(application?.processes.map(({ name }) => name)).toEqual(['api']);
    expect(Object.keys(application?.env ?? {})).toEqual(['NODE_ENV', 'URL']);
    expect(sections).toEqual({});
    workspace.dispose();
    expect((await load(staging('hosts: { web: }\nexample:'))).sections).toEqual({
      example: { port: 80 },
    });
  });

  it('fills in nothing but variables and secrets, and $${ stands for ${', async () => {
    const { application } = await load(
      staging(`vars: { n: 5, t: five }
hosts: { web: }
application:
  name: shop
  node: 20.20.2
  env: { A: "$$\{HOME} $\{vars.t}$\{vars.n} $5", B: "$\{vars.n}", C: true, D: no, E: "1.10" }
  processes: { api: { command: node x, port: 3000 } }`),
    );
    const env = Object.entries(application?.env ?? {}).map(([name, text]) => [name, String(text)]);
    expect(Object.fromEntries(env)).toEqual({
      A: '${HOME} five5 $5',
      B: '5',
      C: 'true',
      D: 'no',
      E: '1.10',
    });
  });

  it('fills in aliases and merge keys', async () => {
    const { hosts } = await load(
      staging(`hosts:
  one: &one { address: 10.0.0.1, user: root, port: 22 }
  two: { <<: *one, address: 10.0.0.2 }
  three: *one`),
    );
    expect(hosts.map(({ address, user, port }) => [address, user, port])).toEqual([
      ['10.0.0.1', 'root', 22],
      ['10.0.0.2', 'root', 22],
      ['10.0.0.1', 'root', 22],
    ]);
  });

  it('opens the secrets only when a file refers to one', async () => {
    const secrets = (): never => {
      throw new Error('asked for a password');
    };
    expect((await load(staging('hosts: { web: }'), { secrets })).hosts).toHaveLength(1);
    workspace.dispose();
    const text = 'hosts: { web: { sudoPassword: "${secrets.db}" } }';
    await expect(load(staging(text), { secrets })).rejects.toThrow('asked for a password');
  });

  it('asks each plugin to check its section within the environment', async () => {
    const plugin = definePlugin({
      section: 'example',
      schema: z.strictObject({ hosts: z.array(z.string()) }),
      validate: ({ hosts }, environment) =>
        hosts.flatMap((host, at) =>
          environment.hosts.some(({ name }) => name === host)
            ? []
            : [{ path: ['hosts', at], message: `there is no host "${host}"`, hint: 'add it' }],
        ),
    });
    const text = 'hosts: { web: }\nexample:\n  hosts: [web, db]';
    await expect(load(staging(text), { plugins: [plugin] })).rejects.toThrow(
      'environments/staging/environment.yaml:3:16\n  example.hosts[1]: there is no host "db"\n  → add it',
    );
  });

  it('finds an environment by its file', async () => {
    workspace = temporaryWorkspace(staging('hosts: { web: }'));
    const file = join(workspace.folder, 'environments/staging/environment.yaml');
    const { environment } = await loadEnvironment(file, { plugins: [] });
    expect(environment).toMatchObject({ name: 'staging', workspace: workspace.folder });
  });
});
