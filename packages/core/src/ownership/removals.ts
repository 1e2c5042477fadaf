import { HintedError } from '@fairness-deploy/shell/text';
import { sh, type Script } from '@fairness-deploy/shell';
import { inLiveFolders, type LiveFolder } from '../resource-parts/live-folder.js';
import { UNITS } from '../resource-parts/own-unit.js';
import { OWN_ACCOUNTS } from '../resource-parts/own-account.js';
import { addressOfOwned, type Owned } from '../resource/owned.js';
import type { Resource } from '../resource/resource.js';
import { aptRepository } from '../resources/apt-repository.js';
import { cronEntry } from '../resources/cron-entry.js';
import { directory } from '../resources/directory.js';
import { file } from '../resources/file.js';
import { link } from '../resources/link.js';
import { noPath } from '../resources/no-path.js';
import { nodeFolder } from '../resources/node-runtime.js';
import { noUnit } from '../resources/no-unit.js';
import { systemUser } from '../resources/system-user.js';
import { unusedNode } from '../resources/unused-node.js';
import { noUnitDropIn } from '../resources/unit-drop-in.js';
import { unneededPackages } from '../resources/unneeded-packages.js';

/** How things of one kind are removed, by their name. */
export interface Removal {
  /** Succeeds when it is on the host. */
  exists(name: string): Script;
  /**
   * Succeeds when the host's system or another program has it, for one that exists. It is asked once, on a host
   * that was provisioned before there were records. Default: nothing else has it.
   */
  foreign?(name: string): Script;
  /**
   * The resource that it is gone.
   *
   * @param settings.everything also remove what is in a folder
   * @throws RangeError or HintedError when the name is none of the kind.
   */
  resource(name: string, settings: RemovalSettings): Resource;
}

export interface RemovalSettings {
  readonly folders: readonly LiveFolder[];
  readonly everything: boolean;
}

/** The removals of a plugin's own kinds, by kind. */
export type Removals = Readonly<Record<string, Removal>>;

const ABSENT = { ensure: 'absent' } as const;

const pathExists = (path: string): Script => sh`[ -e ${path} ] || [ -L ${path} ]`;
const existsAs =
  (kind: string) =>
  (name: string): Script =>
    pathExists(pathOf({ kind, name }) ?? name);
const isOfPackage = (path: string): Script => sh`dpkg -S -- ${path} >/dev/null 2>&1`;

/** The path of an entry that is a file or folder; undefined for other kinds. */
export function pathOf({ kind, name }: Pick<Owned, 'kind' | 'name'>): string | undefined {
  if (['file', 'link', 'directory', 'path', 'home'].includes(kind)) return name;
  if (kind === 'unit') return `${UNITS}/${name}`;
  if (kind === 'unit-drop-in') return `${UNITS}/${name}.service.d/fairness-deploy.conf`;
  return kind === 'cron' ? `/etc/cron.d/${name}` : undefined;
}

/** The kinds of core's own types. */
const OWN_REMOVALS: Removals = {
  file: {
    exists: pathExists,
    foreign: isOfPackage,
    resource: (path, { folders }) => inLiveFolders(file({ path }, ABSENT), folders),
  },
  link: {
    exists: pathExists,
    foreign: isOfPackage,
    resource: (path, { folders }) => inLiveFolders(link({ path }, ABSENT), folders),
  },
  directory: {
    exists: pathExists,
    foreign: isOfPackage,
    resource: (path, { everything }) => directory({ path, recursive: everything }, ABSENT),
  },
  path: {
    exists: pathExists,
    // A file that a program reads together with others is removed as such; there are no folders among them.
    resource(path, { folders }) {
      const live = inLiveFolders(file({ path }, ABSENT), folders);
      return folders.some(({ folder }) => path.startsWith(`${folder}/`)) ? live : noPath({ path });
    },
  },
  unit: { exists: existsAs('unit'), resource: (name) => noUnit({ name }) },
  'unit-drop-in': {
    exists: existsAs('unit-drop-in'),
    resource: (service) => noUnitDropIn({ service }),
  },
  cron: {
    exists: existsAs('cron'),
    foreign: (name) => isOfPackage(`/etc/cron.d/${name}`),
    resource: (name) => cronEntry({ name }, ABSENT),
  },
  home: {
    exists: pathExists,
    // People may have had it.
    foreign: () => sh`true`,
    resource: (path) => noPath({ path }),
  },
  user: {
    exists: (name) => sh`getent passwd ${name} >/dev/null`,
    foreign: (name) => sh`[ ! -e ${`${OWN_ACCOUNTS}/${name}`} ]`,
    resource: (name) => systemUser({ name }, ABSENT),
  },
  package: {
    exists: (name) =>
      sh`dpkg-query -W -f='\${db:Status-Abbrev}' -- ${name} 2>/dev/null | grep -q '^.i'`,
    foreign: () => sh`true`,
    resource: (name) => unneededPackages({ names: [name] }),
  },
  node: {
    exists: (version) => pathExists(nodeFolder(version)),
    resource: (version) => unusedNode({ version }),
  },
  repository: {
    exists: (name) => pathExists(`/etc/apt/sources.list.d/${name}.sources`),
    resource: (name) => aptRepository({ name }, ABSENT),
  },
};

/**
 * How an entry is removed.
 *
 * @param own the removals of the plugins that declared it
 * @throws HintedError when there is no such kind.
 */
export function removalOf(entry: Pick<Owned, 'kind' | 'name'>, own: Removals): Removal {
  const removal = OWN_REMOVALS[entry.kind] ?? own[entry.kind];
  if (removal) return removal;
  throw new HintedError(
    `Cannot remove ${addressOfOwned(entry)}: no plugin of this workspace knows the kind "${entry.kind}"`,
    {
      hint: 'Add the plugin that declared it to nx.json, or remove its line from the record on the host',
    },
  );
}
