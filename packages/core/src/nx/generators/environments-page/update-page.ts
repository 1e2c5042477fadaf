import { describeFailure } from '@fairness-deploy/shell/text';
import { logger, type Tree } from '@nx/devkit';
import environmentsPage from './generator.js';
import { PAGE } from './page.js';

/**
 * Updates the page of environments after a change of them, where the workspace has that page. Another
 * environment that can't be loaded is no reason to refuse the change: it is said.
 */
export async function updateEnvironmentsPage(tree: Tree): Promise<void> {
  const isSynced = (tree.read('nx.json', 'utf8') ?? '').includes(
    '"@fairness-deploy/core:environments-page"',
  );
  if (!isSynced && !tree.exists(PAGE)) return;
  try {
    await environmentsPage(tree, {});
  } catch (error) {
    logger.warn(describeFailure(error));
  }
}
