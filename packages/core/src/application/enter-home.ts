import { enterFolder } from '../script/enter-folder.js';
import type { Script } from '../script/sh.js';
import type { Layout } from './layout.js';

/**
 * Changes to the application's home, for root to work there. Fails when another user could
 * change where a path into it leads: else it stays so until root itself changes that, and
 * absolute paths are as good as relative ones.
 *
 * @param failure what can't be done then: `Cannot begin`
 */
export function enterHome({ home }: Pick<Layout, 'home'>, failure: string): Script {
  return enterFolder(home, { failure, owner: 'root', lasting: true, missing: 'provision first' });
}
