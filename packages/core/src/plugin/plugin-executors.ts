import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { installedPlugins, readJson } from './installed-plugins.js';
import { PluginError } from './plugin-error.js';

/** An option of an executor, as its schema has it. */
export interface ExecutorOption {
  readonly type: 'boolean' | 'string' | 'number' | 'array';
  readonly description: string;
}

/** An executor of a deployment plugin, as its package describes it to Nx. */
export interface PluginExecutor {
  readonly name: string;
  readonly description: string;
  /** Absolute path of the module whose default export it is. */
  readonly module: string;
  readonly options: Readonly<Record<string, ExecutorOption>>;
}

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
      type: z.enum(['boolean', 'string', 'number', 'array']).catch('string'),
      description: z.string().default(''),
      hidden: z.boolean().default(false),
    }),
  ),
});

/**
 * The executors of a workspace's deployment plugins: what can be run on an environment besides
 * the commands that all have. Those of core are among them.
 *
 * @throws PluginError when a plugin's files can't be read, or aren't what Nx expects.
 */
export function pluginExecutors(workspace: string): readonly PluginExecutor[] {
  return installedPlugins(workspace).flatMap(({ name, folder }) => {
    const file = readJson(join(folder, 'package.json'))['executors'];
    if (typeof file !== 'string') return [];
    const path = resolve(folder, file);
    const { executors } = parse(name, path, executorsSchema);
    return Object.entries(executors).map(([executor, { implementation, schema, description }]) => {
      const { properties } = parse(name, resolve(path, '..', schema), optionsSchema);
      return {
        name: executor,
        description,
        module: resolve(path, '..', implementation),
        options: Object.fromEntries(
          Object.entries(properties)
            .filter(([, { hidden }]) => !hidden)
            .map(([option, { type, description: says }]) => [option, { type, description: says }]),
        ),
      };
    });
  });
}

function parse<T>(name: string, file: string, schema: z.ZodType<T>): T {
  if (!existsSync(file)) {
    throw new PluginError(`Cannot load the executors of "${name}": ${file} is missing`);
  }
  const result = schema.safeParse(readJson(file));
  if (result.success) return result.data;
  throw new PluginError(`Cannot load the executors of "${name}": ${file} does not describe them`);
}
