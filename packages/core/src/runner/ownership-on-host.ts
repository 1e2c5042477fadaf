/** What an environment owns on a host, as its plugins say. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isRecord } from '@fairness-deploy/environment-file';
import type { Host } from '../inventory/environment.js';
import { ownership } from '../ownership/ownership.js';
import type { Remover } from '../ownership/spec.js';
import { pathOf } from '../ownership/removals.js';
import type { Entry } from '../ownership/record.js';
import { askPlugin } from '../plugin/ask-plugin.js';
import { loadPlugins } from '../plugin/load-plugins.js';
import type { Plugin } from '../plugin/plugin.js';
import { addressOfOwned, type Owned } from '../resource/owned.js';
import type { Resource } from '../resource/resource.js';
import { contextOf, pluginsOn } from './plugins-on-host.js';
import type { CommandOptions, Loaded } from './run.js';

/** Which data may be removed. */
export type DropOptions = Pick<CommandOptions, 'dropData' | 'dropDatabase'>;

/** The resources that a section declares; no section: those of core. */
export interface SectionResources {
  readonly section?: string;
  readonly resources: readonly Resource[];
}

/**
 * The record of what an environment owns on a host.
 *
 * @param declared `nothing`: the environment is to be removed
 */
export function ownershipOn(
  run: Loaded,
  host: Host,
  declared: readonly SectionResources[] | 'nothing',
  { dropData = false, dropDatabase = false }: DropOptions,
): Resource {
  const { environment } = run;
  const plugins = pluginsOn(run, host);
  const gone = declared === 'nothing';
  const all = gone ? [] : declared.flatMap(({ resources }) => resources);
  return ownership({
    owner: {
      environment: environment.name,
      ...(environment.application && { application: environment.application.name }),
      workspace: workspaceName(environment.workspace),
    },
    owned: gone ? [] : ownedOn(run, host, declared),
    removed: all.flatMap(({ removes = [] }) => removes),
    removesOwn: new Map(
      gone ? [] : plugins.map(({ section, removesOwn = [] }) => [section, removesOwn]),
    ),
    drop: [
      ...(dropData ? (['data'] as const) : []),
      ...(dropDatabase ? (['database'] as const) : []),
    ],
    remover: (section) => removerOf(environment.workspace, run.plugins, section),
  });
}

/**
 * What the environment has on the host, in the order of removal: what was made last comes first, and what a
 * section says that it owns comes before its resources.
 */
function ownedOn(run: Loaded, host: Host, declared: readonly SectionResources[]): readonly Entry[] {
  const whole = new Map(
    pluginsOn(run, host).map((plugin) => [
      plugin.section,
      askPlugin(plugin.section, 'its function "owns"', () =>
        plugin.owns?.(contextOf(run, plugin, host)),
      ) ?? [],
    ]),
  );
  const roots = [...whole.values()]
    .flat()
    .flatMap(({ kind, name }) => (kind === 'path' ? [name] : []));
  const isWithin = (owned: Owned): boolean => {
    const path = pathOf(owned);
    return roots.some((root) => path === root || path?.startsWith(`${root}/`));
  };
  const entries = new Map<string, Entry>();
  for (const { section, resources } of declared.toReversed()) {
    const sections = section === undefined ? [] : [section];
    const ofResources = resources
      .toReversed()
      .flatMap(({ owns = [] }) => owns.filter((one) => !isWithin(one)));
    for (const owned of [
      ...(section === undefined ? [] : (whole.get(section) ?? [])),
      ...ofResources,
    ]) {
      const address = addressOfOwned(owned);
      const known = entries.get(address);
      // The last place counts: others still need it.
      entries.delete(address);
      entries.set(address, {
        ...owned,
        sections: [...new Set([...(known?.sections ?? []), ...sections])].sort(),
      });
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
