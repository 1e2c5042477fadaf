import { dirname } from 'node:path/posix';
import { enterFolder, type Script } from '@fairness-deploy/shell';
import type { Layout } from './layout.js';

/**
 * Changes to the application's home, for root to work there. Fails when another user could change
 * where a path into it leads. Only root can change that afterwards, so absolute paths are then as
 * safe as relative ones.
 *
 * @param failure begins the message: `Cannot begin`
 */
export function enterHome({ home }: Pick<Layout, 'home'>, failure: string): Script {
  return enterFolder(home, { ...WAY, failure, missing: 'provision first' });
}

/**
 * The same for the folders above the home, as far as they exist: to check them before the home is
 * made.
 */
export function approachHome({ home }: Pick<Layout, 'home'>, failure: string): Script {
  return enterFolder(dirname(home), { ...WAY, failure });
}

const WAY = { owner: 'root', lasting: true } as const;
