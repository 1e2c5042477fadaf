import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  parseExecutorOptions,
  wordOptions,
} from '../../packages/core/src/command-line/parse-executor-options.js';
import {
  executorOptions,
  executorsOf,
  restOption,
  type PluginExecutor,
} from '../../packages/core/src/plugin/plugin-executors.js';
import { PACKAGES } from '../packages.mjs';
import config from '../../vitest.config.mjs';
import { WORKSPACE } from './blocks.mjs';

/** Programs of documents that are not ours. */
const OTHERS = [
  'git',
  'age',
  'ansible-vault',
  'chmod',
  'mkdir',
  'mv',
  'pkill',
  'printf',
  'sed',
  'touch',
];

/** npm's own commands. */
const OF_NPM = ['audit', 'ci', 'install'];

/** All targets of an environment, by name: executors.json of the packages. */
const executors: ReadonlyMap<string, PluginExecutor> = new Map(
  Object.keys(PACKAGES)
    .flatMap((name) => executorsOf({ name, folder: join(WORKSPACE, 'packages', name) }))
    .map((executor) => [executor.name, executor]),
);

/** The generators, by their names with and without the package: generators.json of the packages. */
const generators: ReadonlyMap<string, PluginExecutor> = new Map(
  Object.keys(PACKAGES).flatMap((name) => {
    const folder = join(WORKSPACE, 'packages', name);
    if (!existsSync(join(folder, 'generators.json'))) return [];
    const { generators: all } = readJson(join(folder, 'generators.json')) as {
      readonly generators: Readonly<Record<string, { readonly schema: string }>>;
    };
    return Object.entries(all).flatMap(([generator, { schema }]) => {
      const one = { name: generator, description: '', module: '', schema: join(folder, schema) };
      return [generator, `@fairness-deploy/${name}:${generator}`].map(
        (each): [string, PluginExecutor] => [each, one],
      );
    });
  }),
);

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** The names of all targets and generators. */
export function commandNames(): readonly string[] {
  return [...executors.keys(), ...generators.keys()];
}

/** The commands of a block with prompts: `$ ` of a user, `# ` of root. Other lines are output. */
export function typedIn(text: string): readonly string[] {
  return [...text.matchAll(/^[$#] (.*)$/gm)].map(([, command = '']) => command);
}

/** Whether code in the text of a document is a command that can be checked. */
export function isCommand(code: string): boolean {
  const [first = ''] = code.split(' ');
  return (
    /^(?:npx|nx|npm|(?:node_modules\/\.bin\/)?fairness-(?:deploy|secrets))$/.test(first) ||
    /^(?:prod|sandbox):[\w-]+$/.test(first) ||
    (executors.has(first) && / --?\w/.test(code))
  );
}

/**
 * Checks that the programs of a shell's line exist: npm scripts, targets, commands and generators,
 * with their options.
 *
 * @param folder where it is typed, relative to the workspace
 * @throws Error when one doesn't.
 */
export function checkLine(line: string, folder = '.'): void {
  let words: string[] = [];
  for (const word of wordsOf(line)) {
    if (/^(?:&&|\|\|?|;)$/.test(word)) {
      checkCommand(words, folder);
      words = [];
    } else {
      words.push(word);
    }
  }
  checkCommand(words, folder);
}

/** The words of a line without quotes, up to a comment. `<old name>` is one. */
function wordsOf(line: string): readonly string[] {
  const words = [...line.matchAll(/(?:[^\s"'<]|"[^"]*"|'[^']*'|<[^>]*>)+/g)].map(([word]) => word);
  const end = words.findIndex((word) => word.startsWith('#'));
  return (end === -1 ? words : words.slice(0, end)).map((word) => word.replaceAll(/["']/g, ''));
}

function checkCommand([program = '', ...args]: readonly string[], folder: string): void {
  const name = program.replace(/^node_modules\/\.bin\//, '');
  switch (name) {
    case 'npx':
      if (args.length > 0) checkCommand(args, folder);
      break;
    case 'nx':
      checkNx(args);
      break;
    case 'npm':
      checkNpm(args, folder);
      break;
    case 'node':
      checkFile(args[0], folder);
      break;
    case 'vitest':
      checkVitest(args);
      break;
    case 'fairness-deploy':
      if (args.length > 0 && args[0] !== '--help') checkTarget(args[0], args.slice(1), 1);
      break;
    case 'fairness-secrets':
      // 'edit|show prod' names several commands.
      for (const one of args[0]?.split('|') ?? []) {
        checkTarget(one === 'edit' ? 'secrets' : `secrets-${one}`, args.slice(1), 1);
      }
      break;
    default:
      if (name.includes(':')) checkNx(['run', name, ...args]);
      else if (executors.has(name)) checkTarget(name, args, 0);
      else if (!OTHERS.includes(name)) throw new Error(`Cannot find the program "${name}"`);
  }
}

function checkNx([command, subject = '', ...options]: readonly string[]): void {
  if (command === undefined) return;
  if (command === 'run') {
    checkTarget(subject.split(':')[1], options, 0);
  } else if (command === 'run-many' && subject === '-t') {
    const [target, ...rest] = options;
    checkTarget(target, rest, 0);
  } else if (command === 'g') {
    // An option of Nx itself.
    const own = options.filter((option) => option !== '--dry-run');
    checkOptions(subject, generators, own, 1);
  } else if (['sync', 'sync:check'].includes(command)) {
    return;
  } else if (command === 'release') {
    if (!['version', 'changelog'].includes(subject)) {
      throw new Error(`Cannot find "${subject}" of nx release`);
    }
  } else {
    throw new Error(`Cannot find the command "${command}" of nx`);
  }
}

function checkTarget(target: string | undefined, options: readonly string[], words: number): void {
  // '<command>' stands for any.
  if (target?.startsWith('<')) return;
  checkOptions(target ?? '', executors, options, words);
}

/** @param most how many words may come beside the options */
function checkOptions(
  name: string,
  all: ReadonlyMap<string, PluginExecutor>,
  args: readonly string[],
  most: number,
): void {
  const found = all.get(name);
  if (!found) throw new Error(`Cannot find "${name}" among ${[...all.keys()].join(', ')}`);
  const end = args.indexOf('--');
  const own = end === -1 ? args : args.slice(0, end);
  if (end !== -1 && restOption(found) === undefined) {
    throw new Error(`Cannot run ${name} with what stands behind "--"`);
  }
  const options = executorOptions(found);
  const { words } = parseExecutorOptions(name, options, own);
  const taken = wordOptions(options);
  const isList = taken.at(-1)?.[1].type === 'array';
  if (words.length > most + taken.length && !isList)
    throw new Error(`Cannot run ${name} with "${words.join(' ')}"`);
}

function checkNpm([command, ...args]: readonly string[], folder: string): void {
  if (command === undefined || OF_NPM.includes(command)) return;
  const [script = command, ...rest] = command === 'run' ? args : [command, ...args];
  if (command === 'run' && args.length === 0) return;
  const { scripts } = readJson(join(WORKSPACE, folder, 'package.json')) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  const text = Object.hasOwn(scripts, script) ? scripts[script] : undefined;
  if (text === undefined) throw new Error(`Cannot find the npm script "${script}"`);
  if (rest.length > 0) checkScript(script, text, rest);
}

/** The usage of one of our programs has its options. */
function checkScript(script: string, text: string, [dashes, ...args]: readonly string[]): void {
  // Nx has options of its own; documents name a version.
  if (dashes === '--' && text.startsWith('nx ')) return;
  const [, program] = /(?:^|&& )node (\S+)$/.exec(text) ?? [];
  if (dashes !== '--' || program === undefined) {
    throw new Error(`Cannot tell what the npm script "${script}" does with "${args.join(' ')}"`);
  }
  const file = program.replace(/^dist\/(.*)\.mjs$/, 'tools/$1.mts');
  const source = readFileSync(join(WORKSPACE, file), 'utf8');
  const [usage = ''] = /(?<=const USAGE = `)[^`]*/.exec(source) ?? [];
  let takesValue = false;
  for (const word of args) {
    const known = new RegExp(`^  ${word}( <\\w+>)? `, 'm').exec(usage);
    if (!takesValue && !known) throw new Error(`Cannot find "${word}" in the usage of ${script}`);
    takesValue = !takesValue && known?.[1] !== undefined;
  }
}

function checkVitest(args: readonly string[]): void {
  const projects = (config.test?.projects ?? []).flatMap((project) =>
    typeof project === 'object' && 'test' in project ? [project.test.name] : [],
  );
  let option = '';
  for (const word of args) {
    if (option === '--project' && !projects.includes(word)) {
      throw new Error(`Cannot find the project "${word}" of vitest`);
    }
    if (option === '' && !word.startsWith('-') && word !== 'run') checkFile(word, '.');
    option = word === '--project' ? word : '';
  }
}

function checkFile(path = '', folder: string): void {
  // Built files need not exist.
  const sources = path.replace(/^dist\/(.*)\.js$/, 'src/$1.ts');
  if (!existsSync(join(WORKSPACE, folder, sources))) {
    throw new Error(`Cannot find the file ${sources}`);
  }
}
