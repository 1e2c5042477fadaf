import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Vagrant's own state of the machines of a Vagrantfile (VAGRANT_DOTFILE_PATH). */
export function stateFolder(folder: string, env: NodeJS.ProcessEnv = process.env): string {
  return resolve(folder, env['VAGRANT_DOTFILE_PATH'] ?? '.vagrant');
}

/** Keeps Vagrant's state out of git: private keys are in it. A file that is there stays as it is. */
export function ignoreState(folder: string): void {
  const state = stateFolder(folder);
  const file = join(state, '.gitignore');
  if (existsSync(file)) return;
  mkdirSync(state, { recursive: true });
  writeFileSync(file, '*\n');
}
