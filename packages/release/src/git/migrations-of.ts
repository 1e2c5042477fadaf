import { treeOf, type Repository } from './repository.js';
import type { ReleaseSection } from '../section/section.js';

/** Stands for a commit's migrations. Where it isn't told which files they are, any other commit may have others. */
export async function migrationsOf(
  repository: Repository,
  commit: string,
  { migrations, migrate }: Pick<ReleaseSection, 'migrations' | 'migrate'>,
): Promise<string> {
  if (migrations !== undefined) return (await treeOf(repository, commit, migrations)) ?? '';
  return migrate === undefined ? '' : commit;
}
