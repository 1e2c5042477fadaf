/** The files of a new environment, all but its secrets. */
import { join } from 'node:path';
import {
  ENVIRONMENT_FILE,
  isRecord,
  readWithExtends,
  valueOf,
  type Problem,
} from '@fairness-deploy/environment-file';
import { HintedError } from '@fairness-deploy/shell/text';
import { visitNotIgnoredFiles, type Tree } from '@nx/devkit';
import { installedPlugins } from '../../../plugin/installed-plugins.js';
import { treeSource } from '../tree-source.js';
import { introducedCopy, separatedCopy } from './copied-yaml.js';
import { environmentYaml } from './environment-yaml.js';
import { applicationFolder } from './guess/folder.js';
import { guessApplication } from './guess/guess-application.js';
import { describeGuess, guessedYaml } from './guess/guess-yaml.js';
import { loadUnopened } from './load-unopened.js';
import type { EnvironmentOptions } from './options.js';
import { sharedFile } from './shared-file.js';
import { JSON_SCHEMA_FILE } from './write-json-schema.js';

/**
 * Writes environment.yaml, and what else the options ask for.
 *
 * @returns lines for people
 * @throws Error when there is nothing to copy, extend or read.
 */
export async function makeFiles(
  tree: Tree,
  options: EnvironmentOptions,
): Promise<readonly string[]> {
  const file = `environments/${options.name}/${ENVIRONMENT_FILE}`;
  if (options.from !== undefined) return copyFiles(tree, file, options.from, options);
  const { shared, said } =
    options.application === undefined
      ? { shared: sharedFile(tree, options.extends), said: [] }
      : guessedFile(tree, options.application);
  const hosts = shared === undefined ? [] : hostsOf(tree, shared);
  tree.write(file, environmentYaml(options, shared, hosts.length > 0 ? hosts : undefined));
  return said;
}

/** The hosts that a shared file names already. */
function hostsOf(tree: Tree, shared: string): readonly string[] {
  const root = readWithExtends(
    join(tree.root, 'environments', shared),
    tree.root,
    () => undefined,
    treeSource(tree),
  );
  const hosts = root?.entries.get('hosts')?.value;
  return hosts?.kind === 'map' ? [...hosts.entries.keys()] : [];
}

function guessedFile(
  tree: Tree,
  given: string,
): { readonly shared: string; readonly said: readonly string[] } {
  const { name, read, source } = applicationFolder(tree.root, given);
  const guess = guessApplication(name, read);
  const shared = `${guess.name}.yaml`;
  const file = `environments/${shared}`;
  if (tree.exists(file)) {
    return { shared, said: [`${file} was there already and is left as it is.`] };
  }
  const sections = installedPlugins(tree.root).map(({ section }) => section);
  tree.write(file, guessedYaml(guess, { sections, schema: `./${JSON_SCHEMA_FILE}`, source }));
  return { shared, said: [`${file} is written. ${describeGuess(guess).join('\n')}`] };
}

/** Files that are an environment's own: its hosts, and who may open its secrets. */
const NOT_COPIED = [
  ENVIRONMENT_FILE,
  'secrets.yaml',
  'known_hosts',
  'vault-password',
  'age-identity',
];

async function copyFiles(
  tree: Tree,
  file: string,
  from: string,
  options: EnvironmentOptions,
): Promise<readonly string[]> {
  const folder = `environments/${from}`;
  const text = tree.read(`${folder}/${ENVIRONMENT_FILE}`, 'utf8');
  if (text === null) {
    const known = tree
      .children('environments')
      .filter((name) => tree.exists(`environments/${name}/${ENVIRONMENT_FILE}`));
    throw new HintedError(`Cannot copy "${from}": there is no ${folder}/${ENVIRONMENT_FILE}`, {
      ...(known.length > 0 && { hint: `there is ${known.join(', ')}` }),
    });
  }
  const first = await loadUnopened(tree, from);
  tree.write(file, introducedCopy(text, first, varsOf(tree, from), options));
  const others: string[] = [];
  visitNotIgnoredFiles(tree, folder, (path) => {
    const name = path.slice(folder.length + 1);
    if (NOT_COPIED.includes(name) || path === file) return;
    const content = tree.read(path);
    if (content) tree.write(`environments/${options.name}/${name}`, content);
    others.push(name);
  });
  const copy = await loadUnopened(tree, options.name);
  const introduced = tree.read(file, 'utf8') ?? '';
  tree.write(file, separatedCopy(introduced, first, copy, options));
  return [
    `${file} is made from ${folder}/${ENVIRONMENT_FILE}: check its addresses, its domains and what it shares with ${from}.`,
    ...(others.length === 0 ? [] : [`Copied besides: ${others.join(', ')}`]),
  ];
}

function varsOf(tree: Tree, environment: string): Readonly<Record<string, unknown>> {
  const problems: Problem[] = [];
  const root = readWithExtends(
    join(tree.root, 'environments', environment, ENVIRONMENT_FILE),
    tree.root,
    (problem) => void problems.push(problem),
    treeSource(tree),
  );
  const entry = root?.entries.get('vars');
  const vars = entry && valueOf(entry.value);
  return isRecord(vars) ? vars : {};
}
