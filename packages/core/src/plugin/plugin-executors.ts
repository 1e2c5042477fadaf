import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { installedPlugins, readJson, type InstalledPlugin } from './installed-plugins.js';
import { PluginError } from './plugin-error.js';

/** An executor of a deployment plugin, as its package describes it to Nx. */
export interface PluginExecutor {
  readonly name: string;
  /** The section of its plugin. Most executors are only for environments that have it. Undefined for core's own. */
  readonly section?: string;
  readonly description: string;
  /** Absolute path of the module whose default export it is. */
  readonly module: string;
  /** Absolute path of the schema of its options: see {@link executorOptions}. */
  readonly schema: string;
}

/** An option of an executor, as its schema has it. */
export interface ExecutorOption {
  readonly type: 'boolean' | 'string' | 'number' | 'array';
  /** Whether it may come without a value; with one, it is `--option=value`. Default: false. */
  readonly bare?: boolean;
  readonly description: string;
  readonly default?: unknown;
  /** The allowed values. */
  readonly enum?: readonly string[] | undefined;
  /** Its letter: `f` for `-f`. */
  readonly alias?: string | undefined;
  /** Its place among the words beside the options: 0 for the first; of a list, of the first of its words. */
  readonly word?: number | undefined;
  /** Default: false. */
  readonly required?: boolean;
}

/** By their names in the schema, such as `allowDrift`. */
export type ExecutorOptions = Readonly<Record<string, ExecutorOption>>;

const executorsSchema = z.object({
  executors: z.record(
    z.string(),
    z.object({
      implementation: z.string(),
      schema: z.string(),
      description: z.string().default(''),
    }),
  ),
});

const optionsSchema = z.object({
  properties: z.record(
    z.string(),
    z.object({
      type: z
        .union([z.enum(['boolean', 'string', 'number', 'array']), z.array(z.string())])
        .catch('string'),
      description: z.string().default(''),
      default: z.unknown().optional(),
      enum: z.array(z.string()).optional(),
      alias: z
        .string()
        .regex(/^[a-zA-Z]$/)
        .optional(),
      hidden: z.boolean().default(false),
      $default: z.object({ $source: z.string(), index: z.number().optional() }).optional(),
    }),
  ),
  required: z.array(z.string()).default([]),
});

/**
 * The executors of a workspace's deployment plugins, besides the commands that all environments
 * have. Core's own are among them when nx.json names core.
 *
 * @throws PluginError when a plugin's files can't be read, or aren't as Nx expects.
 */
export function pluginExecutors(workspace: string): readonly PluginExecutor[] {
  return installedPlugins(workspace).flatMap((plugin) =>
    executorsOf(plugin).map((executor) => ({ ...executor, section: plugin.section })),
  );
}

/**
 * The executors of one package.
 *
 * @throws PluginError as {@link pluginExecutors} does.
 */
export function executorsOf({
  name,
  folder,
}: Pick<InstalledPlugin, 'name' | 'folder'>): readonly PluginExecutor[] {
  const file = readJson(join(folder, 'package.json'))['executors'];
  if (typeof file !== 'string') return [];
  const path = resolve(folder, file);
  const { executors } = parse(`the executors of "${name}"`, path, executorsSchema);
  return Object.entries(executors).map(([executor, { implementation, schema, description }]) => ({
    name: executor,
    description,
    module: resolve(path, '..', implementation),
    schema: resolve(path, '..', schema),
  }));
}

/**
 * The options of an executor.
 *
 * @throws PluginError when its schema can't be read, or isn't one.
 */
export function executorOptions({
  name,
  schema,
}: Pick<PluginExecutor, 'name' | 'schema'>): ExecutorOptions {
  const { properties, required } = parse(`the options of ${name}`, schema, optionsSchema);
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([, { hidden }]) => !hidden)
      .map(([option, { $default, type, ...described }]) => [
        option,
        {
          ...described,
          ...(Array.isArray(type)
            ? { type: 'string' as const, bare: type.includes('boolean') }
            : { type }),
          word: $default?.$source === 'argv' ? ($default.index ?? 0) : undefined,
          required: required.includes(option),
        },
      ]),
  );
}

/**
 * The option that gets the words behind `--`, which Nx calls unparsed; undefined when there is
 * none.
 *
 * @throws PluginError as {@link executorOptions} does.
 */
export function restOption({
  name,
  schema,
}: Pick<PluginExecutor, 'name' | 'schema'>): string | undefined {
  const { properties } = parse(`the options of ${name}`, schema, optionsSchema);
  const entries = Object.entries(properties);
  return entries.find(([, { $default }]) => $default?.$source === 'unparsed')?.[0];
}

function parse<T>(what: string, file: string, schema: z.ZodType<T>): T {
  if (!existsSync(file)) throw new PluginError(`Cannot load ${what}: ${file} is missing`);
  const result = schema.safeParse(readJson(file));
  if (result.success) return result.data;
  throw new PluginError(`Cannot load ${what}: ${file} does not describe them`);
}
