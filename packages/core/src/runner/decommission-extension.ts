/** What plugins do when an environment is removed from its hosts. */
import { ExtensionPoint, type Extension } from '../plugin/extension-point.js';
import { askPlugin, pluginFailure } from '../plugin/ask-plugin.js';
import type { Host } from '../inventory/environment.js';
import type { Check } from '../plugin/check.js';
import type { PluginContext } from '../plugin/plugin.js';
import { commandContext, type CommandContext, type CommandStep } from './host-command.js';
import type { OpenHost } from './on-hosts.js';
import type { SectionCheck } from './plugin-checks.js';
import { contextOf, pluginsOn } from './plugins-on-host.js';
import type { CommandOptions, Run } from './run.js';

/** The parts that a plugin adds to `decommission`. */
export interface DecommissionExtension<Section = unknown> {
  /** What people lose: shown before the question. */
  losses?(context: PluginContext<Section>): readonly Check[];
  /** What changes data is stopped by these, before the last of it is saved. */
  stop?(context: PluginContext<Section>): readonly CommandStep[];
  /**
   * Saves data on this machine before it is removed.
   *
   * @returns what it saved, and where, for people; undefined: there is nothing on this host
   * @throws Error when it fails; then nothing is removed.
   */
  save?(context: CommandContext<Section, CommandOptions>): Promise<string | undefined>;
}

const POINT = new ExtensionPoint<DecommissionExtension>('decommission');

/** Adds to `decommission`: for a plugin's `extensions`. */
export function extendDecommission<Section>(part: DecommissionExtension<Section>): Extension {
  // Sound: the functions get the section of their own plugin.
  return POINT.with(part);
}

/** What people lose on a host. */
export function lossesOn(run: Run, host: Host): readonly SectionCheck[] {
  return POINT.of(pluginsOn(run, host)).flatMap(({ plugin, part }) => {
    const { section } = plugin;
    const checks = askPlugin(section, 'the function "losses" of its decommission', () =>
      part.losses?.(contextOf(run, plugin, host)),
    );
    return (checks ?? []).map((check) => ({ section, check }));
  });
}

/** The steps that stop what changes data on a host: the plugins in front of others come first. */
export function stopsOn(run: Run, host: Host): readonly CommandStep[] {
  return POINT.of(pluginsOn(run, host).toReversed()).flatMap(
    ({ plugin, part }) =>
      askPlugin(plugin.section, 'the function "stop" of its decommission', () =>
        part.stop?.(contextOf(run, plugin, host)),
      ) ?? [],
  );
}

/** Saves the data of all plugins on a host. @returns what was saved, for people. */
export async function saveOn(run: Run<CommandOptions>, open: OpenHost): Promise<readonly string[]> {
  const saved: string[] = [];
  for (const { plugin, part } of POINT.of(pluginsOn(run, open.host))) {
    const context = commandContext(run, open, { name: 'decommission', section: plugin.section });
    try {
      const text = await part.save?.(context);
      if (text !== undefined) saved.push(text);
    } catch (error) {
      throw pluginFailure(plugin.section, 'the function "save" of its decommission', error);
    }
  }
  return saved;
}
