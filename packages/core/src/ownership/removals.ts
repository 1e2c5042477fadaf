/** How the things that environments own are removed, by their kinds. */
import { HintedError } from '@fairness-deploy/shell/text';
import { sh, type Script } from '@fairness-deploy/shell';
import { sourcesOf } from '../resource-parts/apt-source.js';
import { inLiveFolders, liveAt, type LiveFolder } from '../resource-parts/live-folder.js';
import { OWN_ACCOUNTS } from '../resource-parts/own-account.js';
import { UNITS } from '../resource-parts/own-unit.js';
import { nameOfOwned, type Owned } from '../resource/owned.js';
import type { Resource } from '../resource/resource.js';
import { aptRepository } from '../resources/apt-repository.js';
import { cronEntry, cronPath } from '../resources/cron-entry.js';
import { directory } from '../resources/directory.js';
import { file } from '../resources/file.js';
import { firewall, FIREWALL_FILE } from '../resources/firewall.js';
import { link } from '../resources/link.js';
import { nodeFolder } from '../resources/node-runtime.js';
import { noPath } from '../resources/no-path.js';
import { noUnit } from '../resources/no-unit.js';
import { homeOf } from '../resource-parts/removed-account.js';
import { sshOptions } from '../resources/ssh-options.js';
import { systemUser } from '../resources/system-user.js';
import { dropInPath, noUnitDropIn } from '../resources/unit-drop-in.js';
import { unneededPackages } from '../resources/unneeded-packages.js';
import { unusedNode } from '../resources/unused-node.js';

/** How things of one kind are removed, by their name. */
export interface Removal {
  /** The path of one that is a file or folder. Either this or `exists` is there. */
  path?(name: string): string;
  /** Succeeds when it is on the host. Default: when its path is there. */
  exists?(name: string): Script;
  /**
   * Succeeds when the host's system or another program has it, for one that exists. It is asked once, on a host
   * that was provisioned before there were records. Default: nothing else has it.
   */
  foreign?(name: string): Script;
  /** Kinds with a higher rank are removed later; default: 0. */
  readonly rank?: number;
  /** Whether data may need it, so that it stays as long as data of its section does. */
  readonly servesData?: boolean;
  /**
   * The resource that it is gone.
   *
   * @param settings.everything also remove what is in a folder
   * @throws RangeError or HintedError when the name is none of the kind.
   */
  resource(
    name: string,
    settings: { readonly folders: readonly LiveFolder[]; readonly everything: boolean },
  ): Resource;
}

/** The removals of a plugin's own kinds, by kind. */
export type Removals = Readonly<Record<string, Removal>>;

const ABSENT = { ensure: 'absent' } as const;

const isPath = (path: string): string => path;
const isOfPackage = (path: string): Script => sh`dpkg -S -- ${path} >/dev/null 2>&1`;

/** The kinds of core's own types. */
const OWN_REMOVALS: ReadonlyMap<string, Removal> = new Map<string, Removal>([
  [
    'file',
    {
      path: isPath,
      foreign: isOfPackage,
      resource: (path, { folders }) => inLiveFolders(file({ path }, ABSENT), folders),
    },
  ],
  [
    'link',
    {
      path: isPath,
      foreign: isOfPackage,
      resource: (path, { folders }) => inLiveFolders(link({ path }, ABSENT), folders),
    },
  ],
  [
    'directory',
    {
      path: isPath,
      foreign: isOfPackage,
      rank: 1,
      resource: (path, { everything }) => directory({ path, recursive: everything }, ABSENT),
    },
  ],
  [
    'path',
    {
      path: isPath,
      resource: (path, { folders }) => noPath({ path, live: liveAt(path, folders) }),
    },
  ],
  [
    'home',
    {
      path: (name) => homeOf(name).path,
      // People may have had it.
      foreign: () => sh`true`,
      rank: 3,
      resource: (name) => noPath({ path: homeOf(name).path }),
    },
  ],
  ['unit', { path: (name) => `${UNITS}/${name}`, resource: (name) => noUnit({ name }) }],
  ['unit-drop-in', { path: dropInPath, resource: (service) => noUnitDropIn({ service }) }],
  [
    'cron',
    {
      path: (name) => cronPath({ name }),
      foreign: (name) => isOfPackage(cronPath({ name })),
      resource: (name) => cronEntry({ name }, ABSENT),
    },
  ],
  [
    'firewall',
    {
      exists: () => sh`[ -e ${FIREWALL_FILE} ]`,
      // No other program makes this file.
      foreign: () => sh`false`,
      resource: () => firewall({}, ABSENT),
    },
  ],
  ['ssh-options', { path: isPath, resource: () => sshOptions({}, ABSENT) }],
  [
    'user',
    {
      exists: (name) => sh`getent passwd ${name} >/dev/null`,
      foreign: (name) => sh`[ ! -e ${`${OWN_ACCOUNTS}/${name}`} ]`,
      ...{ rank: 2, servesData: true },
      resource: (name) => systemUser({ name }, ABSENT),
    },
  ],
  [
    'node',
    { path: (version) => nodeFolder(version), resource: (version) => unusedNode({ version }) },
  ],
  [
    'package',
    {
      exists: (name) =>
        sh`dpkg-query -W -f='\${db:Status-Abbrev}' -- ${name} 2>/dev/null | grep -q '^.i'`,
      foreign: () => sh`true`,
      ...{ rank: 4, servesData: true },
      resource: (name) => unneededPackages({ names: [name] }),
    },
  ],
  [
    'repository',
    {
      path: (name) => sourcesOf({ name }),
      ...{ rank: 5, servesData: true },
      resource: (name) => aptRepository({ name }, ABSENT),
    },
  ],
]);

/** How things of a kind of core's are removed; undefined for a plugin's kind. */
export function ownRemoval(kind: string): Removal | undefined {
  return OWN_REMOVALS.get(kind);
}

/** The path of a thing that is a file or folder; undefined for others. */
export function pathOf({ kind, name }: Pick<Owned, 'kind' | 'name'>): string | undefined {
  return ownRemoval(kind)?.path?.(name);
}

/** Succeeds when a thing is on the host. */
export function existsOnHost(removal: Removal, name: string): Script {
  if (removal.exists) return removal.exists(name);
  const path = removal.path?.(name) ?? '';
  return sh`[ -e ${path} ] || [ -L ${path} ]`;
}

/**
 * How a thing is removed.
 *
 * @param own the removals of the plugins that declared it
 * @throws HintedError when there is no such kind.
 */
export function removalFor(
  owned: Pick<Owned, 'kind' | 'name'>,
  own: ReadonlyMap<string, Removal>,
): Removal {
  const removal = ownRemoval(owned.kind) ?? own.get(owned.kind);
  if (removal) return removal;
  throw new HintedError(
    `Cannot remove ${nameOfOwned(owned)}: no plugin of this workspace knows the kind "${owned.kind}"`,
    {
      hint: 'Add the plugin that declared it to nx.json, or remove its line from the record on the host',
    },
  );
}
