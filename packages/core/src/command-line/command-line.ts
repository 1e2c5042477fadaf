import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { EnvironmentExecutor } from '../nx/executors/environment-executor.js';
import { hasSection } from '../nx/has-section.js';
import { didYouMean } from '@fairness-deploy/environment-file';
import {
  describeExecutorOptions,
  parseExecutorOptions,
  usageOf,
  withWords,
  wordOptions,
} from './parse-executor-options.js';
import {
  executorOptions,
  executorsOf,
  pluginExecutors,
  restOption,
  type PluginExecutor,
} from '../plugin/plugin-executors.js';
import { columns, HintedError } from '@fairness-deploy/shell/text';

/** The inputs of a command line. */
export interface CommandLineContext {
  readonly workspace: string;
  /** The folder of this package. */
  readonly core: string;
  /** Prints the help that was asked for. */
  readonly write: (text: string) => void;
}

/**
 * Does what `nx run <environment>:<command>` does, without Nx. The commands and their options are
 * in executors.json and schema.json of core and of the plugins.
 *
 * @returns the exit code
 * @throws Error that says what can't be done, before any host is contacted.
 */
export async function commandLine(
  [name, ...args]: readonly string[],
  context: CommandLineContext,
): Promise<number> {
  if (name === undefined) throw new Error(usage(context).trimEnd());
  if (name === '--help') {
    context.write(usage(context));
    return 0;
  }
  const [executor, ...namesakes] = find(name, args, context);
  const options = executorOptions(executor);
  const end = args.indexOf('--');
  const [own, rest] = end === -1 ? [args, []] : [args.slice(0, end), args.slice(end)];
  if (own.includes('--help')) {
    context.write([executor, ...namesakes].map(helpFor).join('\n'));
    return 0;
  }
  const said = parseExecutorOptions(name, options, own);
  const [environment, ...words] = said.words;
  if (environment === undefined) {
    throw new HintedError(`Cannot run ${name}: no environment is given`, {
      hint: `fairness-deploy ${name} <environment>`,
    });
  }
  const [surplus] = words;
  if (surplus !== undefined && wordOptions(options).length === 0) {
    throw new Error(
      `Cannot run ${name}: "${surplus}" is neither an option nor the environment, which is "${environment}"`,
    );
  }
  // Sound: executors.json says that it is one.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { default: run } = require(executor.module) as { default: EnvironmentExecutor<unknown> };
  const { success, exitCode = success ? 0 : 1 } = await run(
    { ...withWords(name, options, said.options, words), ...restOf(executor, rest) },
    { root: context.workspace, projectName: environment },
  );
  return exitCode;
}

function helpFor(executor: PluginExecutor): string {
  const options = executorOptions(executor);
  const lines = describeExecutorOptions(options);
  const words = restOption(executor) === undefined ? '' : ' [-- <command>]';
  return `${usageOf(executor.name, options)}${words}\n\n${executor.description}\n\n${lines}`;
}

/** A `--` and the words behind it, for an executor that runs them. */
function restOf(
  executor: PluginExecutor,
  rest: readonly string[],
): Readonly<Record<string, readonly string[]>> {
  if (rest.length === 0) return {};
  const option = restOption(executor);
  if (option !== undefined) return { [option]: rest };
  throw new Error(`Cannot run ${executor.name}: it has no use for what stands behind "--"`);
}

/**
 * The command of that name; of all plugins when the environment's file does not say of which. Reads the plugins
 * only for commands that core doesn't have: reading their files takes time.
 */
function find(
  name: string,
  args: readonly string[],
  context: CommandLineContext,
): readonly [PluginExecutor, ...PluginExecutor[]] {
  const own = ownExecutors(context);
  const named = (one: PluginExecutor): boolean => one.name === name;
  const found = own.find(named);
  if (found) return [found];
  const all = [...own, ...pluginExecutors(context.workspace)];
  const inPlugins = all.filter(named);
  const ofEnvironment = inPlugins.find((one) => isFor(one, args, context));
  if (ofEnvironment) return [ofEnvironment];
  const [first, ...others] = inPlugins;
  if (first) return [first, ...others];
  const names = all.map((one) => one.name);
  throw new HintedError(`Cannot run "${name}": there is no such command`, {
    hint: didYouMean(name, names) ?? 'fairness-deploy --help',
  });
}

/** Plugins of which an environment has one at most may have a command of the same name, such as `up`. */
function isFor(
  { section }: PluginExecutor,
  args: readonly string[],
  { workspace }: CommandLineContext,
): boolean {
  const files = args
    .filter((word) => /^[\w.-]+$/.test(word))
    .map((word) => join(workspace, 'environments', word, 'environment.yaml'));
  return section !== undefined && files.some((file) => hasSection(file, section));
}

function usage(context: CommandLineContext): string {
  const { workspace } = context;
  const plugins = existsSync(join(workspace, 'nx.json')) ? pluginExecutors(workspace) : [];
  // Core's own are twice there when nx.json names core. Plugins may have commands of one name, such as `up`.
  const commands = new Map(
    [...ownExecutors(context), ...plugins].map(
      ({ name, description }) => [`${name} ${description}`, [name, description]] as const,
    ),
  );
  return `fairness-deploy <command> <environment> [options]

Does what "nx run <environment>:<command>" does, without Nx.

${columns([...commands.values()], '  ')}
fairness-deploy <command> --help lists its options.
`;
}

function ownExecutors({ core }: CommandLineContext): readonly PluginExecutor[] {
  return executorsOf({ name: '@fairness-deploy/core', folder: core });
}
