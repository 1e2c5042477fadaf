import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { childEnvironment } from '../child-environment.js';
import { quote } from '../quote.js';
import { SecretsError } from '../secrets-error.js';

/**
 * Refuses a file with a key that git doesn't ignore: the next `git add .` would publish it.
 * Where there is no git, nothing can be published by it.
 *
 * @param name what people call the file.
 * @throws SecretsError with the line for .gitignore.
 */
export async function refuseUnlessIgnored(path: string, name: string): Promise<void> {
  // A tracked file counts as not ignored, whatever .gitignore says.
  const status = await statusOf(['check-ignore', '--quiet', '--', path], dirname(path));
  // git-check-ignore(1): 0 means ignored, 1 not ignored, 128 any fatal error.
  if (status === 0 || !(await isInRepository(dirname(path)))) return;
  if (status !== 1) {
    throw new SecretsError(`Cannot use ${name}: git can't say whether it ignores it`, {
      hint: `git check-ignore -- ${quote(name)} says why`,
    });
  }
  throw new SecretsError(`Cannot use ${name}: git does not ignore it, so it could be committed`, {
    hint: `echo ${quote(basename(path))} >> .gitignore; if it has been committed, git rm --cached -- ${quote(name)}, and change it`,
  });
}

/** Not where there is no git, nor above a folder without `.git`, whatever else is wrong there. */
async function isInRepository(folder: string): Promise<boolean> {
  if ((await statusOf(['--version'], folder)) !== 0) return false;
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return true;
    if (dirname(at) === at) return false;
  }
}

/** Git's exit status, or why it could not be run. */
function statusOf(
  args: readonly string[],
  cwd: string,
): Promise<number | string | null | undefined> {
  return new Promise((done) => {
    execFile('git', args, { cwd, env: childEnvironment() }, (error) => {
      done(error === null ? 0 : error.code);
    });
  });
}
