/** What an environment owns on a host, by what its sections declare. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isRecord } from '@fairness-deploy/environment-file';
import { ownership } from '../ownership/ownership.js';
import type { Remover } from '../ownership/ownership-spec.js';
import { pathOf } from '../ownership/removals.js';
import type { Entry } from '../ownership/record.js';
import { loadPlugins } from '../plugin/load-plugins.js';
import type { Plugin } from '../plugin/plugin.js';
import { nameOfOwned, type Owned } from '../resource/owned.js';
import type { Resource } from '../resource/resource.js';
import type { CommandOptions, Loaded } from './run.js';

/** Which data may be removed. */
export type DropOptions = Pick<CommandOptions, 'dropData' | 'dropDatabase'>;

/** What a section, or core itself, declares on a host. */
export interface Declared {
  /** Undefined: core. */
  readonly section?: string;
  readonly resources: readonly Resource[];
  /** What it has there besides what its resources own. */
  readonly owns?: readonly Owned[];
  /** The kinds that it removes itself. */
  readonly removesOwn?: readonly string[];
}

/**
 * The record of what an environment owns on a host.
 *
 * @param declared by each section; nothing when the environment is to be removed
 */
export function ownershipOf(
  { environment, plugins }: Loaded,
  declared: readonly Declared[],
  { dropData = false, dropDatabase = false }: DropOptions,
): Resource {
  return ownership({
    owner: {
      environment: environment.name,
      ...(environment.application && { application: environment.application.name }),
      workspace: workspaceName(environment.workspace),
    },
    owned: ownedBy(declared),
    removed: declared.flatMap(({ resources }) => resources.flatMap(({ removes = [] }) => removes)),
    removesOwn: new Map(
      declared.flatMap(({ section, removesOwn = [] }) =>
        section === undefined ? [] : [[section, removesOwn] as const],
      ),
    ),
    drop: [
      ...(dropData ? (['data'] as const) : []),
      ...(dropDatabase ? (['database'] as const) : []),
    ],
    remover: (section) => removerOf(environment.workspace, plugins, section),
  });
}

/**
 * What the environment has on the host, in the order of removal: what was made last comes first, and what a
 * section says that it owns comes before its resources.
 */
function ownedBy(declared: readonly Declared[]): readonly Entry[] {
  const roots = declared.flatMap(({ owns = [] }) =>
    owns.flatMap(({ kind, name }) => (kind === 'path' ? [name] : [])),
  );
  const isWithin = (owned: Owned): boolean => {
    const path = pathOf(owned);
    return roots.some((root) => path === root || path?.startsWith(`${root}/`));
  };
  const entries = new Map<string, Entry>();
  for (const { section, resources, owns = [] } of declared.toReversed()) {
    // What the section names itself has its place there.
    const named = new Set(owns.map(nameOfOwned));
    const ofResources = resources
      .toReversed()
      .flatMap((one) => one.owns ?? [])
      .filter((one) => !isWithin(one) && !named.has(nameOfOwned(one)));
    for (const owned of [...owns, ...ofResources]) {
      const name = nameOfOwned(owned);
      const sections = new Set(entries.get(name)?.sections);
      if (section !== undefined) sections.add(section);
      // The last place counts: others still need it.
      entries.delete(name);
      entries.set(name, { ...owned, sections: [...sections].sort() });
    }
  }
  return [...entries.values()];
}

/** The name in the workspace's package.json; else that of its folder. */
function workspaceName(workspace: string): string {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(workspace, 'package.json'), 'utf8'));
    if (isRecord(manifest) && typeof manifest['name'] === 'string') return manifest['name'];
  } catch {
    // A workspace need not have one.
  }
  return basename(workspace);
}

/** A section that the environment does not have any more may have made things: its plugin is loaded for them. */
function removerOf(
  workspace: string,
  loaded: readonly Plugin[],
  section: string,
): Remover | undefined {
  const plugin =
    loaded.find((one) => one.section === section) ?? loadPlugins(workspace, [section]).plugins[0];
  return plugin && { removals: plugin.removals ?? {}, folders: plugin.liveFolders ?? [] };
}
