import { copyFileSync, mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WORKSPACE } from '../install.mjs';
import { makeSecrets } from '../make-secrets.mjs';

/** The environment whose secrets all have that need the demo's. */
const SHARED_SECRETS = 'shared-secrets';

/** An environment.yaml. */
export type Description = Readonly<Record<string, unknown>>;

export interface Workspace {
  readonly folder: string;
  /**
   * A folder for files that Nx must not see, such as an application's repository: it would read
   * every commit.
   */
  readonly beside: string;
  /** Writes an environment; `knownHosts` are lines for its pinned keys. */
  readonly addEnvironment: (name: string, description: Description, knownHosts?: string) => void;
  readonly remove: () => void;
}

/**
 * Makes an Nx workspace of its own for the environments, as the packages' users have one. In
 * this repository's own environments/ they would either be in git's way or, ignored by git,
 * not be seen by Nx. It is below tmp, which git ignores; node_modules are found further up.
 *
 * @param tool whose it is: the name of its folder in tmp.
 * @param environments that Nx is to know.
 */
export async function makeWorkspace(
  tool: string,
  environments: readonly string[] = [],
): Promise<Workspace> {
  const own = join(realpathSync(WORKSPACE), 'tmp', tool);
  const folder = join(own, 'workspace');
  const beside = join(own, 'beside');
  const remove = (): void => {
    for (const each of [folder, beside]) rmSync(each, { recursive: true, force: true });
  };
  const secretsOf = (name: string): string => join(folder, 'environments', name, 'secrets.yaml');
  const addEnvironment: Workspace['addEnvironment'] = (name, description, knownHosts = '') => {
    const place = join(folder, 'environments', name);
    mkdirSync(place, { recursive: true });
    // JSON is YAML.
    writeFileSync(join(place, 'environment.yaml'), JSON.stringify(description, undefined, 2));
    writeFileSync(join(place, 'known_hosts'), knownHosts);
    if ('extends' in description && name !== SHARED_SECRETS) {
      copyFileSync(secretsOf(SHARED_SECRETS), secretsOf(name));
    }
  };
  remove();
  mkdirSync(join(folder, 'environments'), { recursive: true });
  mkdirSync(beside, { recursive: true });
  copyFileSync(join(WORKSPACE, 'nx.json'), join(folder, 'nx.json'));
  const shared = join('environments', 'demo.yaml');
  copyFileSync(join(WORKSPACE, shared), join(folder, shared));
  // Nx's daemon sees no changes below a folder that git ignores: what it is asked about must be
  // there from the beginning, whatever is in it.
  for (const name of environments) addEnvironment(name, {});
  addEnvironment(SHARED_SECRETS, { extends: '../demo.yaml' });
  await makeSecrets(folder, SHARED_SECRETS);
  return { folder, beside, addEnvironment, remove };
}
