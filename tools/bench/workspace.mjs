import { copyFileSync, mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WORKSPACE } from '../install.mjs';
import { makeApplication } from './application.mjs';

/** Below tmp, which git ignores; node_modules are found further up. */
const FOLDER = join(realpathSync(WORKSPACE), 'tmp', 'bench', 'workspace');

/** Outside of it: Nx would look at every commit. */
const APPLICATION = join(WORKSPACE, 'tmp', 'bench', 'application');

/**
 * Makes an Nx workspace of its own for the environments, as the packages' users have one. In
 * this repository's own environments/ they would either be in git's way or, ignored by git,
 * not be seen by Nx.
 *
 * @param environments that Nx is to know.
 */
export function makeWorkspace(environments) {
  removeWorkspace();
  mkdirSync(join(FOLDER, 'environments'), { recursive: true });
  copyFileSync(join(WORKSPACE, 'nx.json'), join(FOLDER, 'nx.json'));
  const shared = join('environments', 'permacoop.yaml');
  copyFileSync(join(WORKSPACE, shared), join(FOLDER, shared));
  // Nx's daemon sees no changes below a folder that git ignores: what it is asked about must be
  // there from the beginning, whatever is in it.
  for (const name of environments) addEnvironment(name, {});
  return { folder: FOLDER, application: APPLICATION, commit: makeApplication(APPLICATION) };
}

/**
 * Writes an environment.
 *
 * @param knownHosts lines for its pinned keys.
 */
export function addEnvironment(name, description, knownHosts = '') {
  const folder = join(FOLDER, 'environments', name);
  mkdirSync(folder, { recursive: true });
  // JSON is YAML.
  writeFileSync(join(folder, 'environment.yaml'), JSON.stringify(description, undefined, 2));
  writeFileSync(join(folder, 'known_hosts'), knownHosts);
}

/** Takes away what makeWorkspace has made; nothing when there is nothing. */
export function removeWorkspace() {
  for (const folder of [FOLDER, APPLICATION]) rmSync(folder, { recursive: true, force: true });
}
