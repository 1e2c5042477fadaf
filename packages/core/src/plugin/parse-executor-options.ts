import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { ExecutorOption, PluginExecutor } from './plugin-executors.js';

/**
 * Reads an executor's options from a command line, as Nx would: `--retry-after 5` is `retryAfter`.
 *
 * @throws TypeError when there is something that it doesn't know, with the usual words.
 */
export function parseExecutorOptions(
  { options }: Pick<PluginExecutor, 'options'>,
  args: readonly string[],
): Readonly<Record<string, unknown>> {
  const known = Object.entries(options).map(
    ([name, option]) => [kebabCase(name), name, option] as const,
  );
  const config: NonNullable<ParseArgsConfig['options']> = Object.fromEntries(
    known.map(([flag, , { type }]) => [
      flag,
      type === 'boolean' ? { type } : { type: 'string', multiple: type === 'array' },
    ]),
  );
  const { values } = parseArgs({ args: [...args], options: config });
  return Object.fromEntries(
    known.flatMap(([flag, name, { type }]) => {
      const value = values[flag];
      return value === undefined ? [] : [[name, type === 'number' ? Number(value) : value]];
    }),
  );
}

/** Lines that tell what can be said. */
export function describeExecutorOptions(options: Readonly<Record<string, ExecutorOption>>): string {
  const rows = Object.entries(options).map(([name, { type, description }]) => [
    `--${kebabCase(name)}${type === 'boolean' ? '' : ` <${type === 'array' ? 'text' : type}>`}`,
    description,
  ]);
  const width = Math.max(0, ...rows.map(([flag = '']) => flag.length));
  return rows.map(([flag = '', says = '']) => `  ${flag.padEnd(width)}  ${says}\n`).join('');
}

function kebabCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
