import type { Application } from '@fairness-deploy/core';
import {
  variablesDigest,
  type MigrationInputs,
  type MigrationRecord,
} from '../host/migration-record.js';
import type { MigrationPlan } from '../scripts/release-spec.js';
import type { ReleaseFile } from '../section/release-file.js';
import type { ReleaseSection } from '../section/section.js';
import { allOf } from '../some-of.js';
import { digestOf, revealed } from './digests.js';

/**
 * The inputs of the migration of a source.
 *
 * @param files those that are written into the release: the migration may read any of them
 */
export function migrationInputs(
  { env }: Pick<Application, 'env'>,
  { migrate, directory }: Pick<ReleaseSection, 'migrate' | 'directory'>,
  migrationsDigest: string,
  files: readonly ReleaseFile[] = [],
): MigrationInputs {
  return {
    migrationsDigest,
    command: digestOf([migrate, directory]),
    variables: variablesDigest(
      digestOf([revealed(env), files.map(({ path, content }) => [path, content.reveal()])]),
    ),
  };
}

/**
 * Decides whether the migration runs: when one of its inputs differs from those of the last one that
 * succeeded on the host, when there is no record of one, or when it is asked for. In doubt it runs.
 *
 * @param last the host's record
 * @param asked whether the user asks for it
 */
export function planMigration(
  inputs: MigrationInputs,
  { migrations: { folder } = {} }: Pick<ReleaseSection, 'migrations'>,
  last: MigrationRecord | undefined,
  asked: boolean,
): MigrationPlan {
  const what = folder === undefined ? 'the commit' : `the folder ${folder}`;
  const run = (why: string): MigrationPlan => ({ inputs, why, last: undefined });
  if (asked) return run('it was asked for');
  if (!last)
    return run(
      'the host has no record of an earlier one: it is the first one, or a rollback or a restore has removed it',
    );
  const since = `since the last migration, that of ${last.release}`;
  const differ = [
    ...(last.migrationsDigest === inputs.migrationsDigest ? [] : [what]),
    ...(last.command === inputs.command ? [] : ['its command']),
    ...(last.variables.reveal() === inputs.variables.reveal() ? [] : ['the variables or files']),
  ];
  if (differ.length > 0) return run(`${allOf(differ)} changed ${since}`);
  return {
    inputs,
    why: `${allOf([what, 'its command', 'the variables and files'])} have not changed ${since}`,
    last,
  };
}

/** The plan's decision, for people. */
export function describeMigration({ why, last }: MigrationPlan): string {
  return last ? `migrate will not run: ${why}; --migrate runs it` : `migrate will run: ${why}`;
}
