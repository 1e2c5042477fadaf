/** The resources that an environment wants on its hosts. */
import { compose } from '../engine/compose.js';
import { order } from '../engine/order.js';
import type { Host } from '../inventory/environment.js';
import { environmentOn } from '../inventory/environment-on.js';
import { askPlugin } from '../plugin/ask-plugin.js';
import { inLiveFolders } from '../resource-parts/live-folder.js';
import { KNOWN_FOLDERS } from '../resource-parts/known-daemons.js';
import type { Plugin } from '../plugin/plugin.js';
import type { Resource } from '../resource/resource.js';
import { hostClaims } from '../resources/host-claims.js';
import { ownershipOf, type Declared, type DropOptions } from './ownership-of.js';
import { watchedOn } from './plugin-checks.js';
import { contextOf, pluginsOn } from './plugins-on-host.js';
import type { Loaded, Run } from './run.js';

/** The resources of all plugins on each host, by its name, in the order in which they are applied. */
export type Wanted = ReadonlyMap<string, readonly Resource[]>;

/**
 * Collects the plugins' resources, before any host is contacted.
 *
 * @throws Error when two resources contradict each other or come after each other in a circle.
 */
export function wantedOf(run: Loaded & Pick<Run, 'hosts'>, options: DropOptions = {}): Wanted {
  // First the folders of plugins: a plugin knows more of its daemon than core.
  const folders = [...run.plugins.flatMap(({ liveFolders = [] }) => liveFolders), ...KNOWN_FOLDERS];
  return new Map(
    run.hosts.map((host) => {
      const declared: readonly Declared[] = [
        { resources: claimsOn(run, host) },
        ...pluginsOn(run, host).map((plugin) => declaredBy(run, plugin, host)),
      ];
      const all = [
        ownershipOf(run, declared, options),
        ...declared.flatMap(({ resources }) => resources),
      ];
      return [host.name, order(compose(all.map((resource) => inLiveFolders(resource, folders))))];
    }),
  );
}

function declaredBy(run: Loaded, plugin: Plugin, host: Host): Declared {
  const { section, removesOwn = [] } = plugin;
  const ask = <T>(
    name: 'owns' | 'resources' | 'watch',
    call: () => readonly T[] | undefined,
  ): readonly T[] => askPlugin(section, `its function "${name}"`, call) ?? [];
  const context = contextOf(run, plugin, host);
  return {
    ...{ section, removesOwn },
    owns: ask('owns', () => plugin.owns?.(context)),
    resources: [
      ...ask('resources', () => plugin.resources?.(context)),
      ...ask('watch', () => plugin.watch?.(context, watchedOn(run, host))),
    ],
  };
}

/** The claims of all plugins on a host, if the environment has an application there. */
function claimsOn(run: Loaded, host: Host): readonly Resource[] {
  const { name: environment, application } = environmentOn(run.environment, host);
  if (!application) return [];
  const claims = pluginsOn(run, host).flatMap(
    (plugin) =>
      askPlugin(plugin.section, 'its function "claims"', () =>
        plugin.claims?.(contextOf(run, plugin, host)),
      ) ?? [],
  );
  if (claims.length === 0) return [];
  return [hostClaims({ application: application.name, environment, claims })];
}
