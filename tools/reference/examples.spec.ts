import { exampleCertificate } from '@fairness-deploy/core/testing';
import { type Located, readWithExtends } from '@fairness-deploy/environment-file';
import { temporaryWorkspace } from '@fairness-deploy/environment-file/testing';
import { environmentSecretStore } from '@fairness-deploy/secrets';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadEnvironment } from '../../packages/core/src/environment/load-environment.js';
import { keysOf } from './keys.js';
import { ownPlugins, sectionsOf } from './sections.js';

const HOSTS = 'hosts: { web: { address: 203.0.113.10, roles: [web] } }\n';
const APPLICATION = `
application:
  name: shop
  node: 20.20.2
  processes: { web: { command: node server.js, port: 3000, route: / } }
`;

/** The files that examples name. */
const FILES = {
  'environments/shop.yaml': `${APPLICATION}server: { packages: [htop] }\n`,
  'environments/prod/keys/pgdg.asc': '-----BEGIN PGP PUBLIC KEY BLOCK-----\n',
  'environments/prod/ca.pem': '-----BEGIN CERTIFICATE-----\n',
  'environments/prod/anonymise.sql': '',
  ...Object.fromEntries(
    [
      'hooks/dns-auth.sh',
      'hooks/dns-cleanup.sh',
      'backup.conf.ejs',
      'intranet.conf',
      'intranet.conf.ejs',
      'programs.conf.ejs',
      'shop.conf.ejs',
      'intranet.html',
      'maintenance.html',
    ].map((name) => [`environments/prod/${name}`, '']),
  ),
};

/** For examples with a certificate of their own. */
const PAIR = exampleCertificate('shop.example', '*.shop.example');

function valueOf(secret: string): string {
  if (secret.endsWith('_certificate')) return PAIR.certificate;
  return secret.endsWith('_key') ? PAIR.key : 'p4ssw0rd';
}

/** A workspace whose environment `prod` is an example with the required parts. */
function workspaceWith(example: string): string {
  const has = (key: string): boolean => new RegExp(`^${key}:`, 'm').test(example);
  const rest = [
    ...(has('hosts') ? [] : [HOSTS]),
    ...(has('application') || has('extends') ? [] : [APPLICATION]),
    // The values of its offer.
    ...(example.includes('${ports.') && !has('release') ? ['release: {}\n'] : []),
  ];
  const file = [example, ...rest].join('\n');
  const workspace = temporaryWorkspace({ ...FILES, 'environments/prod/environment.yaml': file });
  onTestFinished(() => {
    workspace.dispose();
  });
  return workspace.folder;
}

describe('the examples of the reference', async () => {
  const own = await ownPlugins();
  const plugins = own.map(({ plugin }) => plugin);
  const sections = sectionsOf(own);

  it.each(
    sections.flatMap(({ name, examples }) =>
      examples.map((example, at) => ({ name, number: at + 1, example })),
    ),
  )('are environments: $number of $name', async ({ example }) => {
    const secrets = [...example.matchAll(/\$\{secrets\.(\w+)\}/g)].map(
      ([, name = '']) => [`FAIRNESS_SECRET_${name.toUpperCase()}`, valueOf(name)] as const,
    );
    const reference = { workspace: workspaceWith(example), name: 'prod' };
    const loaded = loadEnvironment(reference, {
      plugins,
      secrets: () => environmentSecretStore(Object.fromEntries(secrets)),
      requiresSecrets: false,
    });
    await expect(loaded).resolves.toBeDefined();
  });

  it.each(sections)('have all keys of $name', ({ name, schema, examples }) => {
    const files = examples.map((example) => {
      const folder = workspaceWith(example);
      return readWithExtends(
        `${folder}/environments/prod/environment.yaml`,
        folder,
        () => undefined,
      );
    });
    const missing = keysOf(schema, name)
      .slice(1)
      .map(({ path }) => path)
      .filter(
        (path) => !files.some((file) => file && has(file, path.replaceAll('[]', '').split('.'))),
      );
    expect(missing).toEqual([]);
  });
});

function has(node: Located, [step, ...rest]: readonly string[]): boolean {
  if (step === undefined) return true;
  if (node.kind === 'list') return node.items.some((item) => has(item, [step, ...rest]));
  if (node.kind === 'scalar') return false;
  const entries = step.startsWith('<') ? [...node.entries.values()] : [node.entries.get(step)];
  return entries.some((entry) => entry && has(entry.value, rest));
}
