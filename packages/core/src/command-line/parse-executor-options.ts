import { parseArgs, type ParseArgsConfig } from 'node:util';
import { didYouMean } from '@fairness-deploy/environment-file';
import { columns, HintedError } from '@fairness-deploy/shell/text';
import type { ExecutorOption, ExecutorOptions } from '../plugin/plugin-executors.js';

/** The options and words of a command line. */
export interface ExecutorWords {
  /** The words that are no options, in their order. */
  readonly words: readonly string[];
  /** By their names in the schema; those that have a default are always there. */
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * Parses the options of an executor on a command line, as Nx would: `--retry-after 5` is
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
  const bare = new Set(known.flatMap((one) => (one.bare ? [`--${one.flag}`] : [])));
  const config = {
    // The word behind it may be the environment.
    args: args.map((word) => (bare.has(word) ? `${word}=` : word)),
    allowPositionals: true,
    options: Object.fromEntries(
      known.map(({ flag, type, alias }): [string, ParseArgsOption] => [
        flag,
        {
          ...(type === 'boolean' ? { type } : { type: 'string', multiple: type === 'array' }),
          ...(alias !== undefined && { short: alias }),
        },
      ]),
    ),
  } satisfies ParseArgsConfig;
  refuseUnknown(name, config);
  const { values, positionals } = parseArgs(config);
  for (const { flag, enum: choices } of known) {
    const said = values[flag];
    if (typeof said !== 'string' || choices === undefined || choices.includes(said)) continue;
    throw new Error(`Cannot run ${name}: --${flag} is one of ${choices.join(', ')}`);
  }
  return {
    words: positionals,
    options: Object.fromEntries(
      known.flatMap(({ flag, option, default: usual, ...about }) => {
        const value = valueOf(name, flag, about, values[flag]);
        return value === undefined && usual === undefined ? [] : [[option, value ?? usual]];
      }),
    ),
  };
}

type ParseArgsOption = NonNullable<ParseArgsConfig['options']>[string];

/** Not parseArgs' own message, which names neither the command nor a similar option. */
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

function valueOf(
  name: string,
  flag: string,
  { type, bare = false }: Pick<ExecutorOption, 'type' | 'bare'>,
  said: unknown,
): unknown {
  if (said !== undefined && type === 'number') return numberOf(name, flag, said);
  return bare && said === '' ? true : said;
}

function numberOf(name: string, flag: string, said: unknown): number {
  const value = Number(said);
  if (Number.isFinite(value)) return value;
  throw new Error(`Cannot run ${name}: --${flag} is a number, not "${String(said)}"`);
}

/**
 * Gives the words beside the options to their options, in order.
 *
 * @returns all options.
 * @throws HintedError when an option comes twice or is missing, or there are more words. The
 *   message repeats no word: it may be a secret's value.
 */
export function withWords(
  name: string,
  options: ExecutorOptions,
  said: Readonly<Record<string, unknown>>,
  words: readonly string[],
): Readonly<Record<string, unknown>> {
  const taken = wordOptions(options).slice(0, words.length);
  const twice = taken.find(([option]) => Object.hasOwn(said, option));
  // A list takes all words that are left.
  const isList = taken.at(-1)?.[1].type === 'array';
  if (twice !== undefined || (words.length > taken.length && !isList)) {
    throw new HintedError(`Cannot run ${name}: there are more words than it takes`, {
      hint: usageOf(name, options),
    });
  }
  const given = taken.map(([option, { type }], at): [string, unknown] => [
    option,
    type === 'array' ? words.slice(at) : words[at],
  ]);
  const all = { ...said, ...Object.fromEntries(given) };
  const missing = Object.entries(options).find(
    ([option, { required }]) => required === true && !Object.hasOwn(all, option),
  );
  if (missing === undefined) return all;
  throw new HintedError(`Cannot run ${name}: the option "${missing[0]}" is missing`, {
    hint: usageOf(name, options),
  });
}

/** The usage line of an executor. */
export function usageOf(name: string, options: ExecutorOptions): string {
  const words = wordOptions(options).map(([option, { required, type }]) => {
    const name = type === 'array' ? `${option}…` : option;
    return required === true ? ` <${name}>` : ` [${name}]`;
  });
  return `fairness-deploy ${name} <environment>${words.join('')} [options]`;
}

/** The options that words beside the options give as well, in the words' order. */
export function wordOptions(
  options: ExecutorOptions,
): readonly (readonly [string, ExecutorOption])[] {
  return Object.entries(options)
    .filter(([, { word }]) => word !== undefined)
    .sort(([, one], [, other]) => (one.word ?? 0) - (other.word ?? 0));
}

/** The help's lines about the options. */
export function describeExecutorOptions(options: ExecutorOptions): string {
  return columns(
    Object.entries(options).map(([name, { type, alias, bare = false, description }]) => [
      `${alias === undefined ? '' : `-${alias}, `}--${flagOf(name)}${bare ? '[=<text>]' : VALUES[type]}`,
      description,
    ]),
    '  ',
  );
}

const VALUES: Readonly<Record<ExecutorOption['type'], string>> = {
  boolean: '',
  string: ' <text>',
  number: ' <number>',
  // It may come several times.
  array: ' <text>…',
};

/** In kebab-case, as Nx takes it too. */
function flagOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
