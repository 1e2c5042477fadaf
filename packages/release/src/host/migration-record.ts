import { sh, type Script } from '@fairness-deploy/shell';
import { Secret } from '@fairness-deploy/shell/secret';
import type { Layout } from '../application/layout.js';
import { isReleaseId } from '../application/release-id.js';

/** The inputs of a migration: when they are those of the last one, it need not run. */
export interface MigrationInputs {
  /** The hash of the folder of the migrations, where the section names one; else the commit. */
  readonly migrationsDigest: string;
  /** A digest of the command, and of the folder that it runs in. */
  readonly command: string;
  /** A digest of the application's variables, which name the database. Root's alone on a host. */
  readonly variables: Secret;
}

/** The last migration that succeeded on a host. */
export interface MigrationRecord extends MigrationInputs {
  /** The release that it was for. */
  readonly release: string;
}

/**
 * The record of the last migration that succeeded; absent while one runs, after one that failed, and
 * after a rollback. Root's alone.
 */
export function migrationFile({ shared }: Pick<Layout, 'shared'>): string {
  return `${shared}/migrated`;
}

/** Prints the record, a line `migrated …` for each of its lines. */
export function printMigration(layout: Layout): Script {
  const file = migrationFile(layout);
  return sh`[ ! -f ${file} ] || sed 's/^/migrated /' ${file}`;
}

/** Parses the lines of the record; undefined when they are not ours, or incomplete. */
export function parseMigration(lines: readonly string[]): MigrationRecord | undefined {
  const [release = '', migrationsDigest = '', command = '', variables = '', ...more] = lines;
  const whole =
    isReleaseId(release) &&
    /^(?:[0-9a-f]{40,64})?$/.test(migrationsDigest) &&
    [command, variables].every((digest) => /^[0-9a-f]{64}$/.test(digest));
  if (!whole || more.length > 0) return undefined;
  return { release, migrationsDigest, command, variables: variablesDigest(variables) };
}

/** Succeeds when the host still has this record. */
export function hasMigration(layout: Layout, record: MigrationRecord): Script {
  return sh`[ "$(cat -- ${migrationFile(layout)} 2>/dev/null || :)" = "$(printf '%s\n' ${linesOf(record)})" ]`;
}

/** Before a migration runs: until it has succeeded, nobody knows what is in the database. */
export function forgetMigration(layout: Layout): Script {
  const file = migrationFile(layout);
  return sh`
    if [ -e ${file} ]; then
      rm -f -- ${file}
      # A power cut must not bring it back.
      sync -- ${layout.shared}
    fi`;
}

/** Records a migration that has succeeded. */
export function recordMigration(layout: Layout, record: MigrationRecord): Script {
  const file = migrationFile(layout);
  return sh`
    umask 077
    printf '%s\n' ${linesOf(record)} >${`${file}.new`}
    sync -- ${`${file}.new`}
    mv -fT -- ${`${file}.new`} ${file}`;
}

function linesOf({ release, migrationsDigest, command, variables }: MigrationRecord) {
  return [release, migrationsDigest, command, variables];
}

/** A digest of variables, which could be guessed from it. */
export function variablesDigest(hexadecimal: string): Secret {
  return new Secret('variables digest', hexadecimal);
}
