import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WORKSPACE } from '../install.mjs';

/**
 * Makes a git repository of the demo application.
 *
 * @returns a function that commits a change of one line.
 */
export function makeApplication(folder: string): () => void {
  cpSync(join(WORKSPACE, 'examples', 'demo'), folder, {
    recursive: true,
    filter: (path) => !/\/(node_modules|dist)$/.test(path),
  });
  const git = (...args: readonly string[]): void => {
    execFileSync('git', ['-c', 'user.name=Bench', '-c', 'user.email=bench@example.org', ...args], {
      cwd: folder,
      stdio: 'ignore',
    });
  };
  git('init', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--message=The demo goes live');

  const file = join(folder, 'src', 'client', 'greeting.ts');
  const original = readFileSync(file, 'utf8');
  let commits = 0;
  return () => {
    commits += 1;
    writeFileSync(
      file,
      original.replace(/greeting = '[^']*'/, `greeting = 'Welcome, ${String(commits)}.'`),
    );
    git('commit', '--all', `--message=Greet for the ${String(commits)}. time`);
  };
}
