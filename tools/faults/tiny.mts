import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Description } from '../lab/workspace.mjs';

/**
 * An application that costs nothing to install and to build: a page, and an API that the page
 * asks. Both tell their commit. What `behaviour.json` says of a commit goes wrong in it.
 */
const FILES = {
  'package.json': '{ "name": "tiny", "version": "1.0.0", "private": true }\n',
  'install.js': `
const { mkdirSync, readFileSync, writeFileSync, appendFileSync } = require('node:fs');
mkdirSync('node_modules/greeting', { recursive: true });
const { version } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
writeFileSync('node_modules/greeting/index.js', 'module.exports = ' + JSON.stringify(version));
if (require('./behaviour.json').install === 'fill') {
  for (;;) appendFileSync('node_modules/greeting/more', Buffer.alloc(1 << 20));
}
`,
  'build.js': `
const { existsSync, writeFileSync } = require('node:fs');
const { build } = require('./behaviour.json');
if (build === 'fails') throw new Error('the build failed as it was told to');
// Lasts until somebody says that it is enough.
if (build === 'waits') while (!existsSync('/run/tiny-go')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
writeFileSync('built.json', JSON.stringify({ commit: process.env.COMMIT }));
`,
  'migrate.js': `
const { migrate } = require('./behaviour.json');
console.log('migrating');
if (migrate === 'fails') throw new Error('the migration failed as it was told to');
if (migrate === 'hangs') setInterval(() => undefined, 1000);
`,
  'serve.js': `
const { existsSync } = require('node:fs');
const { createServer } = require('node:http');
require('greeting');
const { start, health, answersAfter = 0 } = require('./behaviour.json');
const { commit } = require('./built.json');
const [, , role] = process.argv;
if (existsSync('/run/tiny-away')) throw new Error('its database is away, as it was told');
if (start === 'dies') throw new Error('it died at once, as it was told to');
if (start === 'dies later') setTimeout(() => { throw new Error('it died later, as it was told to'); }, 3000);
const since = Date.now();

async function answer(path) {
  const self = { commit, release: process.env.RELEASE, pid: process.pid };
  if (role === 'api' || path === '/health') return self;
  const api = await fetch(process.env.API_URL + '/api', { headers: { connection: 'close' } });
  return { ...self, api: (await api.json()).commit };
}

const server = createServer(async (request, response) => {
  const isHealth = request.url.endsWith('/health');
  if (start === 'dies of visitors' && !isHealth) process.exit(1);
  if (isHealth && health === 'hangs') return;
  try {
    const well = health !== 'fails' && Date.now() - since >= answersAfter * 1000;
    response.statusCode = isHealth && !well ? 500 : 200;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(await answer(request.url)));
  } catch (error) {
    response.statusCode = 502;
    response.end(String(error));
  }
});
const { PORT } = process.env;
if (PORT.startsWith('/')) server.listen(PORT);
else server.listen(Number(PORT), '127.0.0.1');
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
`,
};

/** What goes wrong in a commit. */
export interface Behaviour {
  readonly install?: 'fill';
  readonly build?: 'fails' | 'waits';
  readonly migrate?: 'fails' | 'hangs';
  readonly start?: 'dies' | 'dies later' | 'dies of visitors';
  readonly health?: 'fails' | 'hangs';
  /** Seconds until it is well. */
  readonly answersAfter?: number;
}

/**
 * Makes a repository of the application in a folder.
 *
 * @returns a function that commits, given what goes wrong in that commit, and gives its hash. Each
 *   has other dependencies than the one before.
 */
export function makeTiny(folder: string): (behaviour?: Behaviour) => string {
  mkdirSync(folder, { recursive: true });
  const git = (...args: readonly string[]): string =>
    execFileSync(
      'git',
      ['-c', 'user.name=Faults', '-c', 'user.email=faults@example.org', ...args],
      { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    ).trim();
  const write = (name: string, content: string): void => {
    writeFileSync(join(folder, name), content);
  };
  git('init', '--initial-branch=main');
  for (const [name, content] of Object.entries(FILES)) write(name, content);
  let commits = 0;
  return (behaviour = {}) => {
    commits += 1;
    write('number', `${String(commits)}\n`);
    write('behaviour.json', `${JSON.stringify(behaviour)}\n`);
    write('package-lock.json', `{ "version": "1.0.${String(commits)}" }\n`);
    git('add', '--all');
    git('commit', `--message=The ${String(commits)}. commit`);
    return git('rev-parse', 'HEAD');
  };
}

/** How many good releases its hosts keep. */
export const KEEP = 3;

export interface TinySettings {
  /** Of both processes, besides the path. */
  readonly health?: { readonly settle?: number; readonly deadline?: number };
  /** Seconds. */
  readonly migrateTimeout?: number;
  /** Where the page listens. */
  readonly page?: { readonly port: number } | { readonly listen: 'socket' };
}

/** The environment of the application; `place` says where its hosts are. */
export function tinyEnvironment(
  repository: string,
  place: Description,
  { health = {}, migrateTimeout = 30, page = { port: 3001 } }: TinySettings = {},
): Description {
  return {
    application: {
      name: 'tiny',
      // As environments/sandbox has it: the hosts reach the package registries only.
      node: { version: '20.20.2', mirror: 'http://gateway.sandbox.internal:48080' },
      env: { API_URL: 'http://127.0.0.1:${ports.api}' },
      processes: {
        page: {
          command: 'node serve.js page',
          ...page,
          route: '/',
          health: { path: '/health', ...health },
        },
        api: {
          command: 'node serve.js api',
          port: 3000,
          route: '/api',
          health: { path: '/api/health', ...health },
        },
      },
    },
    release: {
      repository,
      revision: 'main',
      install: 'node install.js',
      build: 'node build.js',
      migrate: 'node migrate.js',
      migrateTimeout,
      keep: KEEP,
    },
    supervisor: {},
    nginx: { drainTimeout: 5 },
    ...place,
  };
}
