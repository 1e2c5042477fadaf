import { logger, type GeneratorCallback, type Tree } from '@nx/devkit';
import { DRIVER, installDriver } from '../../../git/install-driver.js';

const FILES = 'environments/*/secrets.yaml';

/**
 * Sets a workspace up for secrets: the files that git ignores, and how git compares and merges
 * secrets. git's configuration is each clone's own, so everybody runs this once in each clone, and
 * again after an update of the package.
 */
export default function init(tree: Tree): GeneratorCallback {
  addLines(tree, '.gitignore', ['vault-password', 'age-identity']);
  addLines(tree, '.gitattributes', [
    // Hosts get templates and scripts from here, also from a checkout on Windows.
    'environments/** text=auto eol=lf',
    `${FILES} text eol=lf diff=${DRIVER} merge=${DRIVER}`,
  ]);
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
