import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { WORKSPACE } from '../install.mjs';
import { postsJobs } from './jobs.mjs';
import { type Application } from './applications.mjs';
import { initialize, type Clone } from './clone.mjs';

/** The recipes of docs/recipes, with the applications of examples, by the names of both. */
export const RECIPES: ReadonlyMap<string, Application> = new Map<string, Application>([
  [
    'django',
    {
      secrets: ['secret_key'],
      pages: [{ path: '/', shows: 'Welcome to the shop', domain: 'shop.example' }],
    },
  ],
  [
    'express-worker',
    { secrets: [], pages: [{ path: '/health' }, { path: '/mails' }], works: postsJobs },
  ],
  ['nextjs', { secrets: [], pages: [{ path: '/', shows: 'dear visitor' }] }],
  ['pnpm-workspaces', { secrets: [], pages: [{ path: '/', shows: 'dear visitor' }] }],
  [
    'static-site',
    {
      secrets: [],
      pages: [
        { path: '/', shows: 'Welcome to the shop' },
        { path: '/no-such-page', status: 404, shows: 'There is no such page' },
      ],
    },
  ],
]);

/** The environment file of a recipe's page: its first block of YAML. */
export function recipeEnvironment(name: string): string {
  const page = join(WORKSPACE, 'docs', 'recipes', `${name}.md`);
  const [, block] = /^```yaml\n(.*?)^```/ms.exec(readFileSync(page, 'utf8')) ?? [];
  if (block === undefined) throw new Error(`${page} has no block of YAML`);
  return block;
}

/** Makes a repository of a recipe's application, with a lock file, as a team has one. */
export function makeRecipe(name: string, folder: string): Clone {
  rmSync(folder, { recursive: true, force: true });
  cpSync(join(WORKSPACE, 'examples', name), folder, { recursive: true });
  const manifest = join(folder, 'package.json');
  if (existsSync(manifest)) lock(folder, readFileSync(manifest, 'utf8'));
  return initialize(folder);
}

/** Makes the lock files, whose format is also that of later versions: these need a newer Node.js. */
const PNPM = 'pnpm@10.34.8';

/** Lock files are made here: their versions are those of package.json, which are exact. */
function lock(folder: string, manifest: string): void {
  const run = (program: string, ...args: readonly string[]): void => {
    const env = { ...process.env, npm_config_manage_package_manager_versions: 'false' };
    execFileSync(program, args, { cwd: folder, stdio: 'ignore', env });
  };
  if (manifest.includes('"packageManager": "pnpm@')) {
    const beside = `${folder}.pnpm`;
    run('npm', 'install', '--ignore-scripts', '--no-save', '--prefix', beside, PNPM);
    const program = join(beside, 'node_modules', 'pnpm', 'bin', 'pnpm.cjs');
    run(process.execPath, program, 'install', '--lockfile-only');
    return;
  }
  const only = ['--package-lock-only', '--ignore-scripts', '--omit-lockfile-registry-resolved'];
  run('npm', 'install', ...only);
  // npm 11.19 keeps optional packages of other systems as extraneous at first, and then refuses them.
  run('npm', 'install', ...only);
}
