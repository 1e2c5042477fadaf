import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gitStatus, workTreeOf } from '../run-git.js';
import { quote } from '@fairness-deploy/shell/text';
import { SecretsError } from '../secrets-error.js';

/**
 * Refuses a file with a key that git doesn't ignore: the next `git add .` would publish it. Without
 * git, it can't be published.
 *
 * @param name the file's name for people.
 * @throws SecretsError with the line for .gitignore.
 */
export async function refuseUnlessIgnored(path: string, name: string): Promise<void> {
  const folder = existsSync(dirname(path)) ? realpathSync(dirname(path)) : dirname(path);
  const top = workTreeOf(folder);
  if (top === undefined) return;
  // A tracked file counts as not ignored, whatever .gitignore says.
  const status = await gitStatus(top, [
    'check-ignore',
    '--quiet',
    '--',
    join(folder, basename(path)),
  ]);
  // git-check-ignore(1): 0 means ignored, 1 not ignored, 128 any fatal error.
  if (status === 0 || (status !== 1 && (await gitStatus(top, ['--version'])) !== 0)) return;
  if (status !== 1) {
    throw new SecretsError(`Cannot use ${name}: git can't say whether it ignores it`, {
      hint: `git check-ignore -- ${quote(name)} says why`,
    });
  }
  throw new SecretsError(`Cannot use ${name}: git does not ignore it, so it could be committed`, {
    hint: `echo ${quote(basename(path))} >> .gitignore; if it has been committed, git rm --cached -- ${quote(name)}, and change it`,
  });
}
