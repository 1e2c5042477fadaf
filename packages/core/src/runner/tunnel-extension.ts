/** What plugins lead from a host to the developer's machine while a command keeps a tunnel up. */
import { askPlugin } from '../plugin/ask-plugin.js';
import { ExtensionPoint, type Extension } from '../plugin/extension-point.js';
import type { PluginContext } from '../plugin/plugin.js';
import type { Host } from '../inventory/environment.js';
import type { KeptPort } from './keep-ports-up.js';
import { contextOf, pluginsOn } from './plugins-on-host.js';
import type { Loaded } from './run.js';

/** What the user says of the developer's machine. */
export interface DeveloperMachine {
  /** The port of its database server, when it is not the one that the environment says. */
  readonly databasePort?: number;
}

/** The part that a plugin adds to a tunnel. */
export interface TunnelExtension<Section = unknown> {
  /** Ports of the host that lead to programs of the developer's machine. The secrets may be locked. */
  ports(context: PluginContext<Section>, machine: DeveloperMachine): readonly KeptPort[];
}

const POINT = new ExtensionPoint<TunnelExtension>('tunnel');

/** Adds to tunnels: for a plugin's `extensions`. */
export function extendTunnel<Section>(part: TunnelExtension<Section>): Extension {
  // Sound: the function gets the section of its own plugin.
  return POINT.with(part);
}

/**
 * The ports of all plugins on a host that lead to the developer's machine.
 *
 * @returns undefined when no plugin of the environment decides on such ports.
 */
export function developerPortsOn(
  run: Loaded,
  host: Host,
  machine: DeveloperMachine,
): readonly KeptPort[] | undefined {
  if (POINT.of(run.plugins).length === 0) return undefined;
  return POINT.of(pluginsOn(run, host)).flatMap(({ plugin, part }) =>
    askPlugin(plugin.section, 'the function "ports" of its tunnel', () =>
      part.ports(contextOf(run, plugin, host), machine),
    ),
  );
}
