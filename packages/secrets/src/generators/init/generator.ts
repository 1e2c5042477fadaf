import { execFileSync } from 'node:child_process';
import { join, relative } from 'node:path';
import { childEnvironment } from '../../child-environment.js';
import { logger, parseJson, type GeneratorCallback, type Tree } from '@nx/devkit';

const FILES = 'environments/*/secrets.yaml';
const DRIVER = 'fairness-secrets';
const PLUGINS = ['@fairness-deploy/core/plugin', '@fairness-deploy/secrets/plugin'];

/**
 * Sets a workspace up for secrets: what git ignores, how it compares and merges secrets, and
 * the plugin in nx.json unless core's is there. What git's attributes name is told to git in
 * each clone, so everybody runs this once.
 */
export default function init(tree: Tree): GeneratorCallback {
  addLines(tree, '.gitignore', ['vault-password', 'age-identity']);
  addLines(tree, '.gitattributes', [`${FILES} text eol=lf diff=${DRIVER} merge=${DRIVER}`]);
  addPlugin(tree);
  return () => {
    const settings = gitSettings(tree.root);
    if (settings === undefined) {
      logger.warn('There is no git repository here: run this again when there is one.');
      return;
    }
    for (const [key, value] of settings) {
      execFileSync('git', ['config', '--local', key, value], {
        cwd: tree.root,
        env: childEnvironment(),
      });
    }
    logger.info('git compares and merges secrets by their values in this clone.');
  };
}

/** The settings of a clone, or undefined where there is no git. */
function gitSettings(root: string): readonly (readonly [string, string])[] | undefined {
  let top: string;
  try {
    top = execFileSync('git', ['rev-parse', '--show-toplevel'], {
      cwd: root,
      env: childEnvironment(),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return undefined;
  }
  const workspace = relative(top, root) || '.';
  const program = quote(join(workspace, 'node_modules', '.bin', DRIVER));
  // Without node_modules, a diff shows the file as it is.
  const convert = `if [ -x ${program} ]; then ${program} textconv --workspace ${quote(workspace)} "$1"; else cat -- "$1"; fi`;
  return [
    [`diff.${DRIVER}.textconv`, `f() { ${convert}; }; f`],
    // What it makes is of no use to others and would be kept in the repository.
    [`diff.${DRIVER}.cachetextconv`, 'false'],
    [`merge.${DRIVER}.name`, 'secrets, by their values'],
    [`merge.${DRIVER}.driver`, `${program} merge %O %A %B %P`],
    [`merge.${DRIVER}.recursive`, 'binary'],
  ];
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

/** For sh. */
function quote(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
