import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type * as core from '@fairness-deploy/core';
import { temporaryWorkspace } from '@fairness-deploy/environment-file/testing';
import { guessApplication, type GuessedApplication } from './guess-application.js';
import { describeGuess, guessedYaml } from './guess-yaml.js';

const guessOf = (files: Readonly<Record<string, string>>): GuessedApplication =>
  guessApplication('shop', (path) => files[path]);
const json = (value: object): string => JSON.stringify(value, null, 2);

describe('guessApplication()', () => {
  it('takes the processes of a Procfile first', () => {
    const { processes, migrate } = guessOf({
      Procfile: 'web: node web.js\nmail_queue: node mail.js\nrelease: npm run up\n',
      'package.json': json({ scripts: { start: 'node other.js', migrate: 'x' } }),
    });
    expect(processes).toMatchObject([
      { name: 'web', command: 'node web.js', port: 3000, route: '/', from: 'Procfile:1' },
      { name: 'mail-queue', command: 'node mail.js', listens: false },
    ]);
    expect(processes[1]).not.toHaveProperty('port');
    expect(migrate).toEqual({ value: 'npm run up', from: 'Procfile:3' });
  });

  it('takes scripts for production, and none for developers', () => {
    const scripts = {
      ...{ 'start:dev': 'nest start --watch', 'start:prod': 'node dist/main', start: 'nest start' },
      'db:migrate': 'x',
    };
    const guess = guessOf({ 'package.json': json({ scripts }), 'yarn.lock': '' });
    expect(guess.processes).toMatchObject([{ name: 'web', command: 'node dist/main' }]);
    expect(guess.migrate).toEqual({ value: 'yarn run db:migrate', from: 'package.json:6' });
    expect(guess.build?.value).toBe(false);
    expect(guess.open.join()).toContain('yarn.lock has no version');
  });

  it('takes the port, the command and the health check of a Dockerfile', () => {
    const { processes, node } = guessOf({
      Dockerfile:
        'FROM node:22\nEXPOSE 8080\nHEALTHCHECK CMD curl -f http://localhost:8080/health\nCMD ["node", "x.js"]\n',
      'package.json': '{}',
    });
    expect(processes).toMatchObject([
      {
        command: 'node x.js',
        port: 8080,
        route: '/',
        health: '/health',
        from: 'CMD, Dockerfile:4',
      },
    ]);
    expect(node).toEqual({ value: '22', from: 'Dockerfile:1' });
  });

  it.each([
    [{ '.nvmrc': '20\n', 'package.json': json({ engines: { node: '>=18' } }) }, '.nvmrc'],
    [{ 'package.json': json({ engines: { node: '>=18' } }) }, 'package.json'],
  ])('lets the release read the version of Node.js: %j', (files, file) => {
    expect(guessOf(files as Record<string, string>).node?.value).toEqual({ file });
  });

  it.each([
    ['@team/Shop_2', 'shop-2'],
    ['-', 'shop'],
    [undefined, 'shop'],
  ])('gives the package %s the name %s', (name, expected) => {
    expect(guessOf({ 'package.json': json(name === undefined ? {} : { name }) }).name).toBe(
      expected,
    );
  });

  it('says what it could not find', () => {
    const said = describeGuess(guessOf({ 'package.json': '{}' })).join('\n');
    expect(said).toContain('its processes');
    expect(said).toContain('its Node.js');
    expect(said).toContain('it has no lock file');
  });
});

const HOSTILE = '{ "scripts": { "start:\\n# a": "node \\u0007 x\\nhosts: y" } }';

/** The built packages, as plugins are loaded from there. */
const built = createRequire(__filename)('@fairness-deploy/core') as typeof core;
const SECTIONS = ['release', 'supervisor', 'nginx'];

/** Loads an environment that extends the text, in a workspace as a user has it. */
async function load(text: string) {
  const workspace = temporaryWorkspace();
  const { folder } = workspace;
  try {
    cpSync(join(process.cwd(), 'nx.json'), join(folder, 'nx.json'));
    symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
    mkdirSync(join(folder, 'environments/staging'), { recursive: true });
    writeFileSync(join(folder, 'environments/shop.yaml'), text);
    writeFileSync(
      join(folder, 'environments/staging/environment.yaml'),
      'extends: ../shop.yaml\nhosts: { web: 203.0.113.10 }\n',
    );
    return await built.loadEnvironment({ workspace: folder, name: 'staging' });
  } finally {
    workspace.dispose();
  }
}

describe('guessedYaml()', () => {
  it.each(['demo', 'django', 'express-worker', 'nextjs', 'pnpm-workspaces', 'static-site'])(
    'makes a file of examples/%s, which validates',
    async (name) => {
      const guess = guessApplication(name, (path) => {
        const file = join(process.cwd(), 'examples', name, path);
        return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
      });
      const source = { directory: `examples/${name}` };
      const text = guessedYaml(guess, {
        sections: SECTIONS,
        schema: './environment.schema.json',
        source,
      });
      await expect(text).toMatchFileSnapshot(`golden/${name}.yaml`);
      const { environment } = await load(text);
      expect(environment.application?.name).toBe(guess.name);
    },
  );

  it.each([
    ['a shell', { Procfile: 'web: A=b node x.js --port $PORT && echo "x"\n' }],
    ['what its repository may try', { 'package.json': HOSTILE }],
    ['nothing', {}],
    ['a site', { 'public/index.html': '' }],
  ])('makes a file of %s, which validates', async (_, files) => {
    const text = guessedYaml(guessOf(files), {
      ...{ sections: SECTIONS, schema: './environment.schema.json', source: undefined },
    });
    const { environment } = await load(text);
    expect(environment.hosts).toMatchObject([{ address: '203.0.113.10' }]);
  });
});
