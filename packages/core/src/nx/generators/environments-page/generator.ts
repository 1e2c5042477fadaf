import { ENVIRONMENT_FILE } from '@fairness-deploy/environment-file';
import { inOneMessage } from '@fairness-deploy/shell/text';
import { formatFiles, type Tree } from '@nx/devkit';
import { treeSource } from '../tree-source.js';
import { describeEnvironments } from './describe-environments.js';
import { PAGE, updatePage } from './page.js';
import { environmentsTable, resourcesTable } from './tables.js';

/** What `nx sync` and `nx sync:check` say when the page is another one. */
interface OutOfSync {
  readonly outOfSyncMessage: string;
}

/**
 * Writes the tables of docs/environments.md: a sync generator of Nx, which is also a usual one.
 *
 * @param options undefined: `nx sync` calls it
 * @throws Error when an environment can't be loaded, or the page's marks are incomplete. `nx sync`
 *   shows it, and goes on with the other generators.
 */
export default async function environmentsPage(
  tree: Tree,
  options?: object,
): Promise<OutOfSync | undefined> {
  const names = tree
    .children('environments')
    .filter((name) => tree.exists(`environments/${name}/${ENVIRONMENT_FILE}`))
    .sort();
  try {
    const environments = await describeEnvironments(tree.root, names, treeSource(tree));
    const before = tree.read(PAGE, 'utf8') ?? undefined;
    const page = updatePage(before, [
      {
        name: 'deployed-environments',
        heading: 'Deployed environments',
        content: environmentsTable(environments),
      },
      {
        name: 'computing-resources',
        heading: 'Computing resources',
        content: resourcesTable(environments),
      },
    ]);
    tree.write(PAGE, page);
  } catch (error) {
    throw inOneMessage(error);
  }
  await formatFiles(tree);
  // Nx calls what another generator than a sync one returns.
  if (options !== undefined) return undefined;
  return { outOfSyncMessage: `${PAGE} differs from what the files of the environments say.` };
}
