import { parseArgs, type ParseArgsConfig } from 'node:util';
import { didYouMean } from '@fairness-deploy/environment-file';
import { columns, HintedError } from '@fairness-deploy/shell/text';
import type { ExecutorOption, ExecutorOptions } from '../plugin/plugin-executors.js';

/** What a command line says to an executor. */
export interface ExecutorWords {
  /** What is no option, in its order. */
  readonly words: readonly string[];
  /** By their names in the schema; those that have a default are always there. */
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * Reads what is said to an executor on a command line, as Nx would: `--retry-after 5` is
 * `retryAfter`.
 *
 * @param name the executor's, for messages
 * @throws Error when there is an option that it doesn't have, or one without its value.
 */
export function parseExecutorOptions(
  name: string,
  options: ExecutorOptions,
  args: readonly string[],
): ExecutorWords {
  const known = Object.entries(options).map(
    ([option, described]) => ({ flag: flagOf(option), option, ...described }) as const,
  );
  const config = {
    args: [...args],
    allowPositionals: true,
    options: Object.fromEntries(
      known.map(({ flag, type }): [string, ParseArgsOption] => [
        flag,
        type === 'boolean' ? { type } : { type: 'string', multiple: type === 'array' },
      ]),
    ),
  } satisfies ParseArgsConfig;
  refuseUnknown(name, config);
  const { values, positionals } = parseArgs(config);
  return {
    words: positionals,
    options: Object.fromEntries(
      known.flatMap(({ flag, option, type, default: usual }) => {
        const said = values[flag];
        const value = said !== undefined && type === 'number' ? numberOf(name, flag, said) : said;
        return value === undefined && usual === undefined ? [] : [[option, value ?? usual]];
      }),
    ),
  };
}

type ParseArgsOption = NonNullable<ParseArgsConfig['options']>[string];

/** By ourselves: parseArgs would name neither the command nor what was likely meant. */
function refuseUnknown(name: string, config: ParseArgsConfig): void {
  const { tokens } = parseArgs({ ...config, strict: false, tokens: true });
  const flags = Object.keys(config.options ?? {});
  for (const token of tokens) {
    if (token.kind !== 'option' || flags.includes(token.name)) continue;
    const hint = didYouMean(
      token.rawName,
      flags.map((flag) => `--${flag}`),
    );
    throw new HintedError(`Cannot run ${name}: it has no option "${token.rawName}"`, {
      hint: hint ?? `fairness-deploy ${name} --help`,
    });
  }
}

function numberOf(name: string, flag: string, said: unknown): number {
  const value = Number(said);
  if (Number.isFinite(value)) return value;
  throw new Error(`Cannot run ${name}: --${flag} is a number, not "${String(said)}"`);
}

/** Lines that tell what can be said. */
export function describeExecutorOptions(options: ExecutorOptions): string {
  return columns(
    Object.entries(options).map(([name, { type, description }]) => [
      `--${flagOf(name)}${VALUES[type]}`,
      description,
    ]),
    '  ',
  );
}

const VALUES: Readonly<Record<ExecutorOption['type'], string>> = {
  boolean: '',
  string: ' <text>',
  number: ' <number>',
  // It may be said several times.
  array: ' <text>…',
};

/** In kebab-case, as Nx takes it too. */
function flagOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
