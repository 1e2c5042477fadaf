import { treeOf, type Repository } from './repository.js';
import type { ReleaseSection } from '../section/section.js';

/** A digest of a commit's migrations. Without `migrations`, any other commit may have others. */
export async function migrationsOf(
  repository: Repository,
  commit: string,
  { migrations, migrate }: Pick<ReleaseSection, 'migrations' | 'migrate'>,
): Promise<string> {
  if (migrations !== undefined) return (await treeOf(repository, commit, migrations)) ?? '';
  return migrate === undefined ? '' : commit;
}
