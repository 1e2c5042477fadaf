import { excerpt, HintedError } from '@fairness-deploy/shell/text';
import type { Application } from '@fairness-deploy/core';
import type { NodeIndexEntry } from '@fairness-deploy/core/resources';
import type { Runtime, RuntimeSource } from '../application/runtime.js';
import type { ReleaseSection } from '../section/section.js';
import { chooseManager, withCommandsOf } from './choose-manager.js';
import { chooseNode } from './choose-node.js';
import type { ProjectFiles } from './project-files.js';
import { wantedNode } from './wanted-node.js';

/** What a commit is installed and built with, and runs on. */
export interface ResolvedRuntime {
  /** undefined: the application has no Node.js. */
  readonly runtime?: Runtime;
  readonly source?: RuntimeSource;
  /** With the commands of the package manager. */
  readonly section: ReleaseSection;
  /** For people, when there was a choice: `Node.js 24.11.1, the newest of 24 (.nvmrc)`. */
  readonly chosen?: string;
}

/** What is known of a commit, and of the versions that there are. */
export interface Known {
  readonly commit: string;
  readonly files: ProjectFiles;
  /** The versions of the mirror, or why they are not known. */
  readonly index: NodeIndex;
  /** The runtime of the live release, for a hint. */
  readonly live: Runtime | undefined;
}

/** The versions that a mirror has, or why its index can't be read. */
export type NodeIndex =
  { readonly versions: readonly NodeIndexEntry[] } | { readonly unread: string };

/**
 * Decides on the exact versions of a release.
 *
 * @throws HintedError when a version can't be chosen.
 */
export function resolveRuntime(
  { node }: Pick<Application, 'node'>,
  section: ReleaseSection,
  { commit, files, index, live }: Known,
): ResolvedRuntime {
  if (!node) return { section: withCommandsOf(section, undefined) };
  const { directory } = section;
  const wanted = wantedNode(node, files, { commit, directory });
  if (wanted.exact === undefined && 'unread' in index) {
    const exact = live?.node ?? '24.11.1';
    throw new HintedError(
      `Cannot choose the Node.js ${JSON.stringify(wanted.shown)}${wanted.from === undefined ? '' : ` (${wanted.from})`}: the host cannot read ${node.mirror}/index.tab: ${excerpt(index.unread)}`,
      {
        hint: `deploy again later, or name an exact version: node: ${exact}${live ? ', which the live release has' : ''}`,
      },
    );
  }
  const { version, why } = chooseNode(
    wanted,
    'versions' in index ? index.versions : [],
    node.mirror,
  );
  const manager = chooseManager(files, section, commit, node.packageManager);
  const { mirror, sha256 } = node;
  const hash = manager.name === 'npm' ? undefined : manager.hash;
  return {
    runtime: {
      node: version,
      ...(manager.name !== 'npm' && {
        manager: { name: manager.name, version: manager.version },
      }),
    },
    source: {
      mirror,
      ...(sha256 !== undefined && { sha256 }),
      ...(hash !== undefined && { managerHash: hash }),
    },
    section: withCommandsOf(section, manager),
    ...(why !== node.version && { chosen: `Node.js ${why}` }),
  };
}
