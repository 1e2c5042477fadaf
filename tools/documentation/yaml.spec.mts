import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exampleCertificate } from '@fairness-deploy/core/testing';
import { temporaryWorkspace } from '@fairness-deploy/environment-file/testing';
import { environmentSecretStore, type SecretStore } from '@fairness-deploy/secrets';
import { expect, it, onTestFinished } from 'vitest';
import { loadEnvironment } from '../../packages/core/src/environment/load-environment.js';
import { installedPlugins } from '../../packages/core/src/plugin/installed-plugins.js';
import type { Plugin } from '../../packages/core/src/plugin/plugin.js';
import { allBlocks, WORKSPACE, type Block } from './blocks.mjs';

/** The sources of the plugins: those of dist have another class of secrets. */
const plugins = await Promise.all(
  installedPlugins(WORKSPACE).map(async ({ module }) => {
    const source = module.replace('/dist/', '/src/').replace(/\.js$/, '.ts');
    const { plugin } = (await import(source)) as { readonly plugin: Plugin };
    return plugin;
  }),
);

/** For blocks with a certificate of their own. */
const PAIR = exampleCertificate('shop.example', '*.shop.example');

/** Files that blocks name and documents need not show. */
const AROUND = {
  'environments/shop.yaml': '{}',
  'environments/prod/keys/pgdg.asc':
    '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQ==\n-----END PGP PUBLIC KEY BLOCK-----\n',
  'environments/prod/backup.conf.ejs': '<%= environment.name %> <%= host.name %>\n',
  'environments/prod/site.conf.ejs': 'server {}\n',
  'environments/prod/programs.conf.ejs': '[program:x]\n',
  'environments/prod/shop.conf.ejs': 'title = <%= variables.title %>\n',
  'environments/prod/maintenance.html': '<!doctype html>\n',
  'environments/prod/hooks/dns-auth.sh': '',
  'environments/prod/hooks/dns-cleanup.sh': '',
  'environments/prod/ca.pem': '-----BEGIN CERTIFICATE-----\n',
  'environments/prod/shop.pem': PAIR.certificate,
  'environments/prod/provider-ca.pem': PAIR.certificate,
  'environments/staging/anonymise.sql': '',
};

/** The required parts of every environment, for blocks about something else. */
const NEEDED = {
  hosts: 'hosts: { web: 203.0.113.10 }',
  application:
    'application: { name: shop, node: 20.20.2, processes: { web: { command: node main.js, port: 3000, route: / } } }',
};

/** The file that a block names in its first line. */
function fileOf({ text }: Block): string | undefined {
  return /^# (environments\/\S+\.yaml)/.exec(text)?.[1];
}

/** Loads a block as the file of an environment, with the parts that it needs. */
async function load(block: Block): Promise<unknown> {
  const file = fileOf(block) ?? 'environments/prod/environment.yaml';
  // Other files of the same document belong to it.
  const others = allBlocks('yaml').filter(
    (one) => one.document === block.document && fileOf(one) !== undefined,
  );
  const shared = others.map((one): [string, string] => [fileOf(one) ?? '', one.text]);
  const isShared = !file.endsWith('/environment.yaml');
  const extended = /^extends: /m.test(block.text);
  const missing = Object.entries(NEEDED)
    .filter(([key]) => !new RegExp(`^${key}:`, 'm').test(block.text))
    .map(([, text]) => text);
  const workspace = temporaryWorkspace({
    ...AROUND,
    ...Object.fromEntries(shared),
    'environments/needed.yaml': `${missing.join('\n') || '{}'}\n`,
    // Behind it, as its lines are those of the document.
    [file]: extended ? block.text : `${block.text}extends: ${isShared ? '' : '../'}needed.yaml\n`,
    ...(isShared && {
      'environments/around/environment.yaml': `extends: ../${file.slice('environments/'.length)}\n`,
    }),
  });
  onTestFinished(() => {
    workspace.dispose();
  });
  const name = isShared ? 'around' : (/environments\/([^/]+)\//.exec(file)?.[1] ?? '');
  const referred = [...block.text.matchAll(/\$\{secrets\.(\w+)\}/g)].map(([, one = '']) => one);
  return loadEnvironment(
    { workspace: workspace.folder, name },
    {
      plugins,
      secrets: ({ names }) => storeOf([...referred, ...CONNECTION, ...Object.keys(names)]),
    },
  );
}

/** The secrets that the section postgres takes where it leaves out keys. */
const CONNECTION = ['db_host', 'db_port', 'db_username', 'db_password', 'db_name'];

function storeOf(names: readonly string[]): SecretStore {
  const values = names.map((name): [string, string] => [
    `FAIRNESS_SECRET_${name.toUpperCase()}`,
    valueOf(name),
  ]);
  return environmentSecretStore(Object.fromEntries(values));
}

function valueOf(name: string): string {
  if (name === 'db_port') return '5432';
  if (name.endsWith('_certificate')) return PAIR.certificate;
  return name.endsWith('_key') ? PAIR.key : 'some value';
}

// Those of the reference are read by tools/reference.
const documents = allBlocks('yaml').filter(
  ({ document }) => !document.startsWith('docs/reference/'),
);
const blocks = documents.map((block) => ({
  where: `${block.document}:${String(block.line)}`,
  block,
}));

it.each(blocks)('$where is an environment, or a part of one', async ({ block }) => {
  // Its message has the line.
  await load(block);
});

it.each(readdirSync(join(WORKSPACE, 'tools/acceptance/applications')))(
  'the acceptance test has an environment for %s',
  async (file) => {
    const document = join('tools/acceptance/applications', file);
    const text = readFileSync(join(WORKSPACE, document), 'utf8');
    await load({ document, line: 1, info: 'yaml', text });
  },
);

it("the repository's own environment is one, with the file that it extends", async () => {
  await loadEnvironment(
    { workspace: WORKSPACE, name: 'sandbox' },
    { plugins, secrets: ({ names }) => storeOf(Object.keys(names)) },
  );
});

it.each([
  ['a misspelt key', 'nginx: { sites: { shop: { bodylimit: 1m } } }\n', 'did you mean "bodyLimit"'],
  ['a misspelt section', 'ngnix: {}\n', 'did you mean "nginx"'],
  ['a value of another type', 'release: { keep: five }\n', 'expected a whole number'],
  ['a file that is not there', 'nginx: { sites: { shop: { template: no.ejs } } }\n', 'no.ejs'],
  ['what is no YAML', 'nginx: {\n', 'not valid YAML'],
])('a block with %s is none', async (_, text, message) => {
  const block = { document: 'x.md', line: 1, info: 'yaml', text };
  await expect(load(block)).rejects.toThrow(message);
});
