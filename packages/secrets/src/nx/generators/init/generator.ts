import { logger, parseJson, type GeneratorCallback, type Tree } from '@nx/devkit';
import { DRIVER, installDriver } from '../../../git/install-driver.js';

const FILES = 'environments/*/secrets.yaml';
const PLUGINS = ['@fairness-deploy/core/plugin', '@fairness-deploy/secrets/plugin'];

/**
 * Sets a workspace up for secrets: what git ignores, how it compares and merges secrets, and
 * the plugin in nx.json unless core's is there. What git's attributes name is told to git in
 * each clone, so everybody runs this once in each, and again after an update of the package.
 */
export default function init(tree: Tree): GeneratorCallback {
  addLines(tree, '.gitignore', ['vault-password', 'age-identity']);
  addLines(tree, '.gitattributes', [`${FILES} text eol=lf diff=${DRIVER} merge=${DRIVER}`]);
  addPlugin(tree);
  return () => {
    if (installDriver(tree.root)) {
      logger.info('git compares and merges secrets by their values in this clone.');
    } else {
      logger.warn('There is no git repository here: run this again when there is one.');
    }
  };
}

function addLines(tree: Tree, file: string, lines: readonly string[]): void {
  const text = tree.read(file, 'utf8') ?? '';
  const there = text.split('\n').map((line) => line.trim());
  const missing = lines.filter((line) => !there.includes(line));
  if (missing.length === 0) return;
  const separator = text === '' || text.endsWith('\n') ? '' : '\n';
  tree.write(file, `${text}${separator}${missing.join('\n')}\n`);
}

function addPlugin(tree: Tree): void {
  const text = tree.read('nx.json', 'utf8');
  if (text === null) return;
  const settings = parseJson<{ plugins?: readonly (string | { plugin?: string })[] }>(text);
  const { plugins = [] } = settings;
  const named = plugins.map((entry) => (typeof entry === 'string' ? entry : entry.plugin));
  if (named.some((name) => name !== undefined && PLUGINS.includes(name))) return;
  const added = { ...settings, plugins: [...plugins, '@fairness-deploy/secrets/plugin'] };
  tree.write('nx.json', `${JSON.stringify(added, undefined, 2)}\n`);
}
