import { HintedError } from '@fairness-deploy/shell/text';
import { treeOf, type Repository } from './repository.js';

/**
 * Checks that a commit has the application's folder.
 *
 * @param what the commit's name for people.
 * @throws Error when it doesn't.
 */
export async function checkDirectory(
  repository: Repository,
  commit: string,
  directory: string | undefined,
  what: string,
): Promise<void> {
  if (directory === undefined || (await treeOf(repository, commit, directory)) !== undefined)
    return;
  throw new HintedError(`Cannot deploy ${what}: it has no folder ${JSON.stringify(directory)}`, {
    hint: 'correct "directory" in the section "release"',
  });
}
