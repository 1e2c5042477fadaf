import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { CORE_SCHEMAS } from '../../packages/core/src/inventory/core-schemas.js';
import type { Plugin } from '../../packages/core/src/plugin/plugin.js';

/** A key at the top of environment.yaml. */
export interface Section {
  readonly name: string;
  /** The package's folder in packages/. */
  readonly package: string;
  readonly schema: z.core.$ZodType;
  /** Environment files that show all of its keys. */
  readonly examples: readonly string[];
}

/** A deployment plugin, and the folder in packages/ that brings it. */
export interface OwnPlugin {
  readonly package: string;
  readonly plugin: Plugin;
}

/** The fields of package.json for a deployment plugin. */
interface Manifest {
  readonly 'fairness-deploy'?: { readonly deployment: string };
}

/** The plugins of all packages, from their sources. */
export async function ownPlugins(): Promise<readonly OwnPlugin[]> {
  const { PACKAGES } = await import('../packages.mjs');
  const found = await Promise.all(
    Object.keys(PACKAGES).map(async (name) => {
      const folder = join(process.cwd(), 'packages', name);
      // Sound: the loader checks these files, and so does tools/packages.spec.mts.
      const manifest = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as Manifest;
      const module = manifest['fairness-deploy']?.deployment;
      if (module === undefined) return [];
      const source = module.replace('./dist/', 'src/').replace(/\.js$/, '.ts');
      const { plugin } = (await import(`${folder}/${source}`)) as { readonly plugin: Plugin };
      return [{ package: name, plugin }];
    }),
  );
  return found.flat();
}

/** All sections: those of core, then those of the plugins. */
export function sectionsOf(plugins: readonly OwnPlugin[]): readonly Section[] {
  return [
    // The package secrets has the documentation of its section, core the schema.
    ...Object.entries(CORE_SCHEMAS).map(([name, schema]) =>
      section(name, name === 'secrets' ? 'secrets' : 'core', schema),
    ),
    ...plugins.map(({ package: packageName, plugin }) =>
      section(plugin.section, packageName, plugin.schema),
    ),
  ];
}

function section(name: string, packageName: string, schema: z.core.$ZodType): Section {
  const file = `packages/${packageName}/examples/${name}.yaml`;
  const examples = readFileSync(file, 'utf8').split(/^---\n/m);
  return { name, package: packageName, schema, examples };
}
