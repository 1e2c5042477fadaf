import { z } from '@fairness-deploy/core';

/** A migration of a release, and what its project has declared of it. */
export interface DeclaredMigration {
  readonly name: string;
  /** Whether earlier releases work with the migrated database; undefined: nobody has said. */
  readonly compatible?: boolean;
}

/** The file of a release's migrations, among its configuration. */
export const MIGRATIONS_JSON = 'migrations.json';

/** The most migrations of a release that are listed, the last ones by their names. */
const MOST = 2000;

/** The most characters of a name: the repository chooses it. */
const LONGEST_CHARACTERS = 1000;

/** A list of migrations, as root's files on a host have it. */
export const declaredMigrationsSchema = z.array(
  z.object({ name: z.string().max(1000), compatible: z.boolean().exactOptional() }),
);

/** `V2__add` comes before `V10__drop`. */
const BY_NUMBER = new Intl.Collator('en', { numeric: true });

/** Names of files in the form in which they are listed: not too many, and not too long. */
export function listedNames(names: readonly string[]): readonly string[] {
  return names
    .map((name) => name.slice(0, LONGEST_CHARACTERS))
    .toSorted((one, other) => BY_NUMBER.compare(one, other))
    .slice(-MOST);
}

/** The migrations as a line of JSON. */
export function migrationsJson(migrations: readonly DeclaredMigration[]): string {
  return `${JSON.stringify(migrations)}\n`;
}
