import { execFile } from 'node:child_process';
import { basename, dirname } from 'node:path';
import { SecretsError } from '../secrets-error.js';

/**
 * Refuses a file with a key that git doesn't ignore: the next `git add .` would publish it.
 * Where there is no git, nothing can be published by it.
 *
 * @param name what people call the file.
 * @throws SecretsError with the line for .gitignore.
 */
export async function refuseUnlessIgnored(path: string, name: string): Promise<void> {
  const status = await new Promise<number | string | undefined>((resolve) => {
    // A tracked file counts as not ignored, whatever .gitignore says.
    execFile('git', ['check-ignore', '--quiet', '--', path], { cwd: dirname(path) }, (error) => {
      resolve(error === null ? 0 : (error.code as number | string | undefined));
    });
  });
  // git-check-ignore(1): 1 means not ignored, 128 that there is no repository.
  if (status !== 1) return;
  throw new SecretsError(`Cannot use ${name}: git does not ignore it, so it could be committed`, {
    hint: `echo ${basename(path)} >> .gitignore; if it has been committed, git rm --cached ${name}, and change it`,
  });
}
