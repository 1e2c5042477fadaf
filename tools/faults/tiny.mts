import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Description, type Workspace } from '../lab/workspace.mjs';
import { ON_SANDBOX } from './lab.mjs';
import { type Behaviour } from './tiny/behaviour.mjs';

/** The programs of the application, which tools/faults/tiny has. */
const PROGRAMS = ['behaviour', 'install', 'build', 'migrate', 'serve', 'work'].map(
  (name) => `${name}.mjs`,
);

/**
 * Makes a repository of an application in a folder that costs nothing to install and to build: a
 * page, an API that the page asks, and a worker. The first two return their commit.
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
  write('package.json', '{ "name": "tiny", "version": "1.0.0", "private": true }\n');
  for (const name of PROGRAMS) {
    copyFileSync(new URL(`tiny/${name}`, import.meta.url), join(folder, name));
  }
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
      processes: {
        page: {
          command: 'node serve.mjs page',
          ...page,
          route: '/',
          health: { path: '/health', ...health },
          env: { API_URL: 'http://127.0.0.1:${ports.api}' },
        },
        api: {
          command: 'node serve.mjs api',
          port: 3000,
          route: '/api',
          health: { path: '/api/health', ...health },
        },
        jobs: { command: 'node work.mjs', health: { settle: 0.5 } },
      },
    },
    release: {
      repository,
      revision: 'main',
      install: 'node install.mjs',
      build: 'node build.mjs',
      migrate: 'node migrate.mjs',
      migrateTimeout,
      keep: KEEP,
    },
    supervisor: {},
    nginx: { drainTimeout: 5 },
    ...place,
  };
}

/** Adds an environment of the sandbox with an application of its own, as {@link makeTiny} makes it. */
export function addTiny(
  workspace: Workspace,
  environment: string,
  settings?: TinySettings,
): (behaviour?: Behaviour) => string {
  const repository = join(workspace.beside, environment);
  const commit = makeTiny(repository);
  workspace.addEnvironment(environment, tinyEnvironment(repository, ON_SANDBOX, settings));
  return commit;
}
