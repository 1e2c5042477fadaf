/** The plugins of an environment on one host, and what they want there. */
import { compose } from '../engine/compose.js';
import { order } from '../engine/order.js';
import type { Host } from '../inventory/environment.js';
import { environmentOn } from '../inventory/environment-on.js';
import { isOn } from '../inventory/roles.js';
import { askPlugin, ownSecret } from '../plugin/ask-plugin.js';
import type { Plugin, PluginContext } from '../plugin/plugin.js';
import { inLiveFolders } from '../resource-parts/live-folder.js';
import { KNOWN_FOLDERS } from '../resource-parts/known-daemons.js';
import type { Resource } from '../resource/resource.js';
import { hostClaims } from '../resources/host-claims.js';
import { ownershipOn, type DropOptions } from './ownership-on-host.js';
import type { Loaded, Run } from './run.js';

/** What a plugin's functions get for a host. */
export function contextOf(
  { environment, plugins, secret }: Loaded,
  plugin: Pick<Plugin, 'section' | 'secrets'>,
  host: Host,
): PluginContext<unknown> {
  const own = environmentOn(environment, host);
  const section = own.sections[plugin.section];
  return {
    ...{ environment: own, host, section, secret: ownSecret(plugin, section, secret) },
    plugins: pluginsOn({ environment, plugins }, host),
  };
}

/** The plugins whose section is for a host. */
export function pluginsOn(
  { environment, plugins }: Pick<Run, 'environment' | 'plugins'>,
  host: Host,
): readonly Plugin[] {
  return plugins.filter(({ section }) => isOn(environment.on?.[section], host));
}

/** The URLs of the live release on a host with this address. */
export function urlsOf(of: Loaded, host: Host, address: string): readonly string[] {
  return pluginsOn(of, host).flatMap(
    (plugin) =>
      askPlugin(plugin.section, 'its function "urls"', () =>
        plugin.urls?.(contextOf(of, plugin, host), address),
      ) ?? [],
  );
}

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
      const declared = [
        { resources: claimsOn(run, host) },
        ...pluginsOn(run, host).map((plugin) => ({
          section: plugin.section,
          resources:
            askPlugin(plugin.section, 'its function "resources"', () =>
              plugin.resources?.(contextOf(run, plugin, host)),
            ) ?? [],
        })),
      ];
      const all = [
        ownershipOn(run, host, declared, options),
        ...declared.flatMap(({ resources }) => resources),
      ];
      return [host.name, order(compose(all.map((resource) => inLiveFolders(resource, folders))))];
    }),
  );
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
