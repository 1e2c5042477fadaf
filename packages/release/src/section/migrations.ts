import { repositoryPathSchema, z } from '@fairness-deploy/core';

const EXPECTED =
  'expected a folder of the repository, such as migrations, or a map of folder and compatible';
const FOLDER = "expected a folder of the repository, such as migrations, without '..'";

/** Where the migrations of an application are, and what the project declares of them. */
export interface Migrations {
  readonly folder?: string;
  /** Whether earlier releases work with the migrated database; undefined: nobody has said. */
  readonly compatible?: boolean;
}

/** The migrations of the section `release`. */
export const migrationsSchema = z
  .union(
    [
      repositoryPathSchema(FOLDER),
      z.strictObject({
        folder: repositoryPathSchema(FOLDER)
          .describe(
            'The folder of the migrations: migrate runs when it has changed, instead of the commit. A rollback names its files.',
          )
          .exactOptional(),
        compatible: z
          .boolean({ error: 'expected true or false' })
          .describe(
            'Whether earlier releases work with the database as the new migrations leave it. With false, a rollback is refused without --force. A word in the name of a file decides for that file: expand, compatible; contract, not.',
          )
          .exactOptional(),
      }),
    ],
    { error: EXPECTED },
  )
  .transform((given): Migrations => (typeof given === 'string' ? { folder: given } : given));

/**
 * What the name of a migration declares, by the words of the pattern "expand and contract":
 * `0004_drop_names.contract.sql`, `0004_contract_drop_names.sql`. Elsewhere in a name, a contract may
 * be a thing of the application: `0004_add_contract_table.sql` declares nothing.
 *
 * @returns whether earlier releases work with it; undefined: the name does not say
 */
export function declaredByName(name: string): boolean | undefined {
  const words = [...name.matchAll(DOTTED), ...name.matchAll(FIRST)].map(([, word]) =>
    word?.toLowerCase(),
  );
  // In doubt, it is not compatible.
  if (words.includes('contract')) return false;
  return words.includes('expand') ? true : undefined;
}

/** Between dots, so that the next word may share the dot. */
const DOTTED = /(?<=[^/]\.)(expand|contract)(?=[./]|$)/gi;
/** The first word behind the number. */
const FIRST = /(?:^|\/)(?:[vV]?[\d._-]*\d[._-]+)?(expand|contract)[._-]/gi;
