import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { findWorkspace, isRecord, NO_WORKSPACE } from '@fairness-deploy/environment-file';
import { PluginError } from './plugin-error.js';

/** A deployment plugin that nx.json names, as its package.json describes it. */
export interface InstalledPlugin {
  /** The package's name. */
  readonly name: string;
  /** The key of environment.yaml that it owns. */
  readonly section: string;
  /** Absolute path of the package's folder. */
  readonly folder: string;
  /** Absolute path of the module that exports `plugin`. */
  readonly module: string;
  /**
   * Sections that no environment has beside its own, as it refuses that: their commands may have the same
   * names, such as `up`.
   */
  readonly insteadOf: readonly string[];
}

const OFFICIAL_SCOPE = '@fairness-deploy/';

/**
 * The deployment plugins of a workspace: the entries of nx.json's `plugins` whose
 * package.json has `"fairness-deploy": {"section": …, "deployment": …}`.
 *
 * @throws PluginError when nx.json or a package.json can't be read, an official plugin isn't
 *   in node_modules, or two plugins claim one section.
 */
export function installedPlugins(workspace: string): readonly InstalledPlugin[] {
  if (findWorkspace(workspace) === undefined) {
    const { message, hint } = NO_WORKSPACE;
    throw new PluginError(`Cannot find the plugins of ${workspace}: ${message}`, { hint });
  }
  const installed: InstalledPlugin[] = [];
  for (const name of packagesOf(join(workspace, 'nx.json'))) {
    const folder = packageFolder(workspace, name);
    if (folder === undefined) {
      // Other entries may be paths or names of the workspace, which Nx resolves.
      if (!name.startsWith(OFFICIAL_SCOPE)) continue;
      throw new PluginError(
        `Cannot load the plugin "${name}": nx.json names it, but it is not in node_modules`,
        { hint: 'npm install' },
      );
    }
    const plugin = describe(name, folder);
    if (plugin === undefined) continue;
    const other = installed.find(({ section }) => section === plugin.section);
    if (other !== undefined) {
      throw new PluginError(
        `Cannot load the plugin "${name}": "${other.name}" has the section "${plugin.section}" too`,
        { hint: 'remove one of them from nx.json' },
      );
    }
    installed.push(plugin);
  }
  return installed;
}

/**
 * The plugins of our own scope in the workspace's node_modules, also when nx.json doesn't name
 * them: for hints.
 */
export function pluginsAtHand(workspace: string): readonly InstalledPlugin[] {
  const scope = join(workspace, 'node_modules', OFFICIAL_SCOPE);
  if (!existsSync(scope)) return [];
  return readdirSync(scope).flatMap((name) => {
    const folder = packageFolder(workspace, `${OFFICIAL_SCOPE}${name}`);
    if (folder === undefined) return [];
    return describe(`${OFFICIAL_SCOPE}${name}`, folder) ?? [];
  });
}

/** The entries of nx.json's plugins that look like packages and aren't in node_modules: for hints. */
export function missingPackages(workspace: string): readonly string[] {
  return packagesOf(join(workspace, 'nx.json')).filter(
    (name) => name.includes('/') && packageFolder(workspace, name) === undefined,
  );
}

/** The packages that nx.json's plugins come from, each once. */
function packagesOf(file: string): readonly string[] {
  const { plugins } = readJson(file);
  if (!Array.isArray(plugins)) return [];
  const names = plugins.flatMap((entry: unknown) => {
    const path = typeof entry === 'string' ? entry : isRecord(entry) ? entry['plugin'] : undefined;
    return typeof path === 'string' ? (/^(?:@[\w.-]+\/)?[\w-][\w.-]*/.exec(path) ?? []) : [];
  });
  return [...new Set(names)];
}

/** Without require.resolve: `exports` of a package often hides its package.json from it. */
function packageFolder(workspace: string, name: string): string | undefined {
  const folder = join(workspace, 'node_modules', name);
  if (existsSync(join(folder, 'package.json'))) return folder;
  const above = dirname(workspace);
  return above === workspace ? undefined : packageFolder(above, name);
}

function describe(name: string, folder: string): InstalledPlugin | undefined {
  const own = readJson(join(folder, 'package.json'))['fairness-deploy'];
  if (!isRecord(own)) return undefined;
  const { section, deployment, insteadOf = [] } = own;
  if (typeof section !== 'string' || typeof deployment !== 'string') {
    throw new PluginError(
      `Cannot load the plugin "${name}": "fairness-deploy" in its package.json needs "section" and "deployment"`,
    );
  }
  if (!Array.isArray(insteadOf) || insteadOf.some((one) => typeof one !== 'string')) {
    throw new PluginError(
      `Cannot load the plugin "${name}": "insteadOf" in its package.json is no list of sections`,
    );
  }
  // Sound: it was checked.
  const sections = insteadOf as readonly string[];
  return { name, section, folder, module: resolve(folder, deployment), insteadOf: sections };
}

/** @throws PluginError when it can't be read; content that isn't a map counts as an empty one. */
export function readJson(file: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isRecord(value) ? value : {};
  } catch (cause) {
    throw new PluginError(`Cannot load the plugins: ${file} cannot be read: ${String(cause)}`, {
      cause,
    });
  }
}
