import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { childEnvironment } from '@fairness-deploy/shell/client';

/**
 * Git must run no program of a branch, whatever folder we are in. It takes each folder
 * with HEAD, objects and refs for a bare repository (git-config(1), safe.bareRepository), and a
 * branch can have such folders, with a configuration that names programs. So we ask at the top of
 * the work tree, where there is `.git`, which no commit can hold.
 */
const SAFELY = ['-c', 'safe.bareRepository=explicit', '-c', 'core.fsmonitor=false'];

/** The nearest folder, from this one up, with `.git` in it; undefined where there is none. */
export function workTreeOf(folder: string): string | undefined {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return undefined;
  }
}

/**
 * What git prints at the top of a work tree, without the last line's end.
 *
 * @throws Error when git isn't installed, or fails.
 */
export function runGit(top: string, args: readonly string[]): string {
  return execFileSync('git', [...SAFELY, ...args], {
    cwd: top,
    env: childEnvironment(),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).replace(/\n$/, '');
}

/** Git's exit status at the top of a work tree, or why it could not be run. */
export function gitStatus(
  top: string,
  args: readonly string[],
): Promise<number | string | null | undefined> {
  return new Promise((done) => {
    execFile('git', [...SAFELY, ...args], { cwd: top, env: childEnvironment() }, (error) => {
      done(error === null ? 0 : error.code);
    });
  });
}
