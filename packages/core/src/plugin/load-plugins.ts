import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '@fairness-deploy/environment-file';
import { installedPlugins, readJson, type InstalledPlugin } from './installed-plugins.js';
import type { Plugin } from './plugin.js';
import { PluginError } from './plugin-error.js';

export interface LoadedPlugins {
  /** Those whose section is used, in nx.json's order. */
  readonly plugins: readonly Plugin[];
  /** The sections of all that are installed. */
  readonly sections: readonly string[];
}

/**
 * Loads the deployment plugins of a workspace. Only the modules of the sections used are
 * imported: each costs time at every start.
 *
 * @throws PluginError when nx.json, a plugin's package or its module can't be read.
 */
export function loadPlugins(workspace: string, used: Iterable<string>): LoadedPlugins {
  const installed = installedPlugins(workspace);
  refuseSharedCommands(installed);
  const wanted = new Set(used);
  const plugins: Plugin[] = [];
  for (const plugin of installed) {
    if (wanted.has(plugin.section)) plugins.push(load(plugin));
  }
  return { plugins, sections: installed.map(({ section }) => section) };
}

/**
 * Where an environment had both plugins, Nx would run the command of the one that nx.json names last, and say
 * nothing.
 */
function refuseSharedCommands(installed: readonly InstalledPlugin[]): void {
  const owners = new Map<string, InstalledPlugin[]>();
  for (const plugin of installed) {
    for (const command of commandNames(plugin)) {
      const others = owners.get(command) ?? [];
      const other = others.find((one) => !areAlternatives(plugin, one));
      if (other !== undefined) {
        throw new PluginError(
          `Cannot load the plugin "${plugin.name}": it has a command "${command}", and so has "${other.name}"`,
          { hint: `rename it in the executors.json of one of them` },
        );
      }
      owners.set(command, [...others, plugin]);
    }
  }
}

function areAlternatives(one: InstalledPlugin, other: InstalledPlugin): boolean {
  return one.insteadOf.includes(other.section) || other.insteadOf.includes(one.section);
}

/** Without a schema: it is read at each start. */
function commandNames({ folder }: InstalledPlugin): readonly string[] {
  const file = readJson(join(folder, 'package.json'))['executors'];
  if (typeof file !== 'string' || !existsSync(join(folder, file))) return [];
  const { executors } = readJson(join(folder, file));
  return isRecord(executors) ? Object.keys(executors) : [];
}

function load({ name, section, module }: InstalledPlugin): Plugin {
  const exported = importModule(name, module);
  // A module of CommonJS always has its exports under `default` as well.
  const plugin =
    exported['plugin'] ?? (exported['default'] as Record<string, unknown> | undefined)?.['plugin'];
  if (!isPlugin(plugin)) {
    throw new PluginError(`Cannot load the plugin "${name}": ${module} does not export "plugin"`);
  }
  if (plugin.section !== section) {
    throw new PluginError(
      `Cannot load the plugin "${name}": its package.json says that its section is "${section}", its module says "${plugin.section}"`,
    );
  }
  return plugin;
}

function importModule(name: string, module: string): Record<string, unknown> {
  if (!existsSync(module)) {
    throw new PluginError(`Cannot load the plugin "${name}": ${module} is missing`, {
      hint: 'npm run build, or npm install when the package is not of this workspace',
    });
  }
  try {
    // require, not import: import would start a second loader. Node 20.19 and later require ES
    // modules too.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    return require(module) as Record<string, unknown>;
  } catch (cause) {
    throw new PluginError(`Cannot load the plugin "${name}": ${String(cause)}`, { cause });
  }
}

function isPlugin(value: unknown): value is Plugin {
  return typeof value === 'object' && value !== null && 'section' in value && 'schema' in value;
}
