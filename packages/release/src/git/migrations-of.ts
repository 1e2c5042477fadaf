import { gitOutput } from './git.js';
import { treeOf, type Repository } from './repository.js';
import type { ReleaseSection } from '../section/section.js';

/** The migrations of a commit. */
export interface CommitMigrations {
  /** A digest of them. Without a folder, any other commit may have others; empty: it has none. */
  readonly migrationsDigest: string;
  /** The names of the files in their folder; undefined: no folder is named. */
  readonly migrationFiles?: readonly string[];
}

/** Finds the migrations of a commit. */
export async function migrationsOf(
  repository: Repository,
  commit: string,
  { migrations, migrate }: Pick<ReleaseSection, 'migrations' | 'migrate'>,
): Promise<CommitMigrations> {
  const folder = migrations?.folder;
  if (folder === undefined) return { migrationsDigest: migrate === undefined ? '' : commit };
  const tree = await treeOf(repository, commit, folder);
  if (tree === undefined) return { migrationsDigest: '', migrationFiles: [] };
  const output = await gitOutput(
    `Cannot deploy from ${repository.folder}: the folder ${folder} of ${commit} cannot be read`,
    ['ls-tree', '-r', '-z', '--full-tree', '--name-only', tree],
    { folder: repository.folder },
  );
  return { migrationsDigest: tree, migrationFiles: migrationNames(output.toString().split('\0')) };
}

/**
 * The names of migrations among the files of their folder. Prisma has a folder for each, with
 * migration.sql in it.
 */
export function migrationNames(paths: readonly string[]): readonly string[] {
  return paths
    .filter((path) => path !== '' && !NO_MIGRATION.test(path))
    .map((path) => path.replace(/(?<=.)\/migration\.sql$/, ''));
}

/** Hidden files, Python's own, documents, and what tools keep beside migrations. */
const NO_MIGRATION = /(?:^|\/)(?:\.|__|meta\/)|\.(?:md|txt|map|toml|lock|json|d\.[cm]?ts)$/;
