/** The plugins of an environment on one host. */
import type { Host } from '../inventory/environment.js';
import { environmentOn } from '../inventory/environment-on.js';
import { isOn } from '../inventory/roles.js';
import { askPlugin, ownSecret } from '../plugin/ask-plugin.js';
import type { Plugin, PluginContext, Reached, SiteUrl } from '../plugin/plugin.js';
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

/** The URLs of the live release on a host that was reached like this. */
export function urlsOf(of: Loaded, host: Host, target: Reached): readonly string[] {
  return sitesOf(of, host, target).map(({ url }) => url);
}

/** The same with the names of their sites, where they have some. */
export function sitesOf(
  of: Loaded,
  host: Host,
  target: Reached,
): readonly (Pick<SiteUrl, 'url'> & Partial<SiteUrl>)[] {
  return pluginsOn(of, host).flatMap((plugin) => {
    const urls = askPlugin(plugin.section, 'its function "urls"', () =>
      plugin.urls?.(contextOf(of, plugin, host), target),
    );
    return (urls ?? []).map((url) => (typeof url === 'string' ? { url } : url));
  });
}
