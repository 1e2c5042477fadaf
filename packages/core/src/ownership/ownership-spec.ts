/** What an environment's record on a host follows from. */
import type { LiveFolder } from '../resource-parts/live-folder.js';
import { KNOWN_FOLDERS } from '../resource-parts/known-daemons.js';
import { nameOfOwned } from '../resource/owned.js';
import { HintedError } from '@fairness-deploy/shell/text';
import type { Declaration } from './judge.js';
import type { Entry, Owner } from './record.js';
import { removalFor, type Removal, type Removals } from './removals.js';

/** What a plugin knows of the things that its section has made on a host. */
export interface Remover {
  readonly removals: Removals;
  readonly folders: readonly LiveFolder[];
}

/** An environment's record on a host. */
export interface OwnershipSpec extends Declaration {
  readonly owner: Owner;
  /**
   * The plugin of a section that the environment may not have any more; undefined: it is not installed.
   *
   * @throws PluginError when it can't be loaded.
   */
  readonly remover: (section: string) => Remover | undefined;
}

/** How an entry can be removed. */
export interface Removers {
  readonly removal: Removal;
  readonly folders: readonly LiveFolder[];
}

/**
 * What core and the plugins that declared an entry know of it.
 *
 * @throws HintedError when one of them is not installed, or none knows its kind.
 */
export function removersOf({ remover }: OwnershipSpec, entry: Entry): Removers {
  const known = entry.sections.map((section) => {
    const found = remover(section);
    if (found) return found;
    throw new HintedError(
      `Cannot remove ${nameOfOwned(entry)}: the section "${section}" has made it, and no plugin of nx.json has this section`,
      { hint: 'Add its plugin to nx.json until this is done' },
    );
  });
  const own = new Map(known.flatMap(({ removals }) => Object.entries(removals)));
  return {
    removal: removalFor(entry, own),
    folders: [...known.flatMap(({ folders }) => folders), ...KNOWN_FOLDERS],
  };
}
