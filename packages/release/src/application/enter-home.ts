import { dirname } from 'node:path/posix';
import { enterFolder, type Script } from '@fairness-deploy/shell';
import type { Layout } from './layout.js';

/**
 * Changes to the application's home, for root to work there. Fails when another user could
 * change where a path into it leads: else it stays so until root itself changes that, and
 * absolute paths are as good as relative ones.
 *
 * @param failure what can't be done then: `Cannot begin`
 */
export function enterHome({ home }: Pick<Layout, 'home'>, failure: string): Script {
  return enterFolder(home, { ...WAY, failure, missing: 'provision first' });
}

/**
 * The same for the folders that the home is in, as far as they are there: to look at them before the
 * home is made.
 */
export function approachHome({ home }: Pick<Layout, 'home'>, failure: string): Script {
  return enterFolder(dirname(home), { ...WAY, failure });
}

const WAY = { owner: 'root', lasting: true } as const;
