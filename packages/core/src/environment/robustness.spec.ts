import { environmentSecretStore } from '@fairness-deploy/secrets';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { definePlugin } from '../plugin/plugin.js';
import {
  temporaryWorkspace,
  type TemporaryWorkspace,
} from '@fairness-deploy/environment-file/testing';
import { EnvironmentError } from '@fairness-deploy/environment-file';
import { loadEnvironment } from './load-environment.js';
import { textSchema } from '../inventory/text-schema.js';

const EXAMPLE = definePlugin({
  section: 'example',
  schema: z.strictObject({
    list: z.array(z.union([z.string(), z.strictObject({ a: z.int() })])).exactOptional(),
    map: z.record(z.string(), textSchema).exactOptional(),
    tuple: z.tuple([z.int(), z.string()]).exactOptional(),
    kind: z
      .discriminatedUnion('type', [
        z.strictObject({ type: z.literal('a'), x: z.int() }),
        z.strictObject({ type: z.literal('b') }),
      ])
      .exactOptional(),
  }),
});

const VALID = `# yaml-language-server: $schema=../environment.schema.json
extends: ../shop.yaml
vars: { domain: example.org, port: 3000 }
hosts:
  web: &web { address: 10.0.0.1, user: root, port: 22, sudo: true }
  two: { <<: *web, address: "2001:db8::1" }
application:
  name: shop
  node: { version: 20.20.2, mirror: "https://nodejs.org/dist" }
  env: { URL: "https://\${vars.domain}/", DB: "\${secrets.db}", N: 5 }
  processes:
    api: { command: [node, api.js], port: "\${vars.port}", route: /api, health: { path: /, status: 200 } }
    client: { command: node client.js, port: 3001, route: / }
example:
  list: [a, { a: 1 }]
  map: { a: b }
  tuple: [1, x]
  kind: { type: a, x: 1 }
`;

describe('loadEnvironment(), whatever is in the file,', () => {
  let workspace: TemporaryWorkspace;
  beforeAll(() => {
    workspace = temporaryWorkspace({ 'environments/shop.yaml': 'application: { user: shop }' });
  });
  afterAll(() => {
    workspace.dispose();
  });

  const outcome = async (content: string | Uint8Array): Promise<'loaded' | 'refused'> => {
    workspace.write('environments/staging/environment.yaml', content);
    try {
      await loadEnvironment(
        { workspace: workspace.folder, name: 'staging' },
        { plugins: [EXAMPLE], secrets: () => environmentSecretStore({ FAIRNESS_SECRET_DB: 'x' }) },
      );
      return 'loaded';
    } catch (error) {
      if (!(error instanceof EnvironmentError)) throw error;
      expect(error.problems.length).toBeGreaterThan(0);
      // Nothing that a terminal would act on.
      expect(error.message).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_Control}/u);
      return 'refused';
    }
  };
  const always = (property: fc.IAsyncPropertyWithHooks<[string | Uint8Array]>, numRuns: number) =>
    fc.assert(property, { numRuns });
  const survives = (content: fc.Arbitrary<string | Uint8Array>) =>
    fc.asyncProperty(content, async (each) => {
      await outcome(each);
    });

  it('loads what the mutations start from', async () => {
    expect(await outcome(VALID)).toBe('loaded');
  });

  it('refuses bytes', async () => {
    await always(survives(fc.uint8Array({ maxLength: 200 })), 100);
  });

  it('refuses or loads text', async () => {
    await always(survives(fc.string({ unit: 'binary', maxLength: 200 })), 100);
  });

  it('refuses or loads text made of what YAML is made of', async () => {
    const token = fc.constantFrom(
      ...[
        'hosts',
        'vars',
        'application',
        'example',
        'extends',
        'processes',
        'web',
        '<<',
        '__proto__',
      ],
      ...[
        ':',
        ': ',
        '- ',
        '? ',
        '\n',
        '\n  ',
        '\n\t',
        ' ',
        ', ',
        '{',
        '}',
        '[',
        ']',
        '&a ',
        '*a',
        '!x ',
      ],
      ...[
        '|',
        '>',
        '"',
        "'",
        '#',
        '%',
        '@',
        '---',
        '...',
        '~',
        'null',
        'true',
        '0x1',
        '1e9',
        '.nan',
      ],
      ...['${', '}', '${vars.a}', '${secrets.db}', '$${', '\\', '\u202e', '\u0000', '../shop.yaml'],
    );
    const text = fc.array(token, { maxLength: 60 }).map((tokens) => tokens.join(''));
    await always(survives(text), 300);
  });

  it('refuses or loads a valid file of which a part was replaced', async () => {
    const part = fc.oneof(
      fc.constantFrom('', ' ', '\t', '\n', ':', '[]', '{}', '~', '"', '*web', '${', 'constructor'),
      fc.string({ unit: 'binary', maxLength: 5 }),
    );
    const mutated = fc
      .tuple(fc.nat(VALID.length), fc.nat(20), part)
      .map(([at, length, text]) => VALID.slice(0, at) + text + VALID.slice(at + length));
    await always(survives(mutated), 200);
  });

  it('refuses or loads any value in any place', async () => {
    const paths = [
      'hosts',
      'hosts.web',
      'hosts.web.port',
      'application',
      'application.env',
      'vars',
      'extends',
    ].concat(
      ['application.processes', 'application.processes.api', 'application.processes.api.command'],
      [
        'application.node',
        'application.processes.api.health',
        'example',
        'example.kind',
        'example.list',
      ],
    );
    const file = fc
      .tuple(fc.constantFrom(...paths), fc.json({ maxDepth: 4 }))
      .map(([path, json]) => {
        const keys = path.split('.');
        const lines = keys.map((key, depth) => `${'  '.repeat(depth)}${key}:`);
        return `${lines.join('\n')} ${json}\n`;
      });
    await always(survives(file), 200);
  });
});
