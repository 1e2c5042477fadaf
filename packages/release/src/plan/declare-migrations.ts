import { listedNames, type DeclaredMigration } from '../host/declared-migrations.js';
import { declaredByName, type Migrations } from '../section/migrations.js';

/**
 * What a project declares of the migrations of a release: a word in the name goes first. Then comes
 * what was declared when another release on the host brought the migration, as the section speaks of
 * the new ones: else a later `compatible: true` would change what was said of an earlier migration.
 *
 * @param names the files in the folder of the migrations
 * @param earlier the migrations of the releases on the host
 */
export function declareMigrations(
  names: readonly string[],
  { compatible }: Migrations,
  earlier: Iterable<readonly DeclaredMigration[]>,
): readonly DeclaredMigration[] {
  const before = new Map<string, boolean>();
  for (const migration of [...earlier].flat()) {
    if (migration.compatible !== undefined) before.set(migration.name, migration.compatible);
  }
  return listedNames(names).map((name) => {
    const declared = declaredByName(name) ?? before.get(name) ?? compatible;
    return declared === undefined ? { name } : { name, compatible: declared };
  });
}

/** The most migrations that one deployment is recorded with. */
const MOST_NEW = 50;

/** The migrations that the live release does not have. */
export function newMigrations(
  all: readonly DeclaredMigration[],
  live: readonly DeclaredMigration[],
): readonly DeclaredMigration[] {
  const known = new Set(live.map(({ name }) => name));
  const added = all.filter(({ name }) => !known.has(name));
  // A rollback must know of each that is declared incompatible.
  return added.filter(
    ({ compatible }, at) => compatible === false || at >= added.length - MOST_NEW,
  );
}
