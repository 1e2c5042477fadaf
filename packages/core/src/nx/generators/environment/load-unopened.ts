import type { Tree } from '@nx/devkit';
import {
  loadWithoutSecrets,
  type UnopenedEnvironment,
} from '../../../environment/load-without-secrets.js';
import { treeSource } from '../tree-source.js';

/**
 * Loads an environment as the generator's changes make it, and finds which secrets it must have. Opens none.
 *
 * @throws EnvironmentError with file, line and key.
 */
export function loadUnopened(tree: Tree, name: string): Promise<UnopenedEnvironment> {
  return loadWithoutSecrets({ workspace: tree.root, name }, { source: treeSource(tree) });
}
