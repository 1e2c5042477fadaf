import { notice, sh } from '@fairness-deploy/shell';
import { forgetMigration, hasMigration, recordMigration } from '../host/migration-record.js';
import type { ReleaseStep } from '../order/release-step.js';
import { variablesOf } from '../application/variables-file.js';
import { projectCommand } from '../scripts/project-command.js';
import type { ReleaseSpec } from '../scripts/release-spec.js';

/** Seconds between SIGTERM and SIGKILL for a migration, to leave the database in order. */
const KILL_AFTER_SECONDS = 10;

/**
 * Migrates the database, while the previous release is live, unless the last migration had the same
 * inputs. It has all of the application's variables, secrets included. It is not undone: the
 * previous release must work with the migrated database as well.
 */
export function migrateStep(spec: ReleaseSpec): ReleaseStep | undefined {
  const { migrate, migrateTimeout } = spec.section;
  if (migrate === undefined) return undefined;
  const { layout, release, migration } = spec;
  if (!migration) throw new TypeError('Cannot migrate: its inputs are not known');
  const { inputs, why, last } = migration;
  const variables = variablesOf(spec.application, release);
  const command = projectCommand(spec, migrate, variables, {
    seconds: migrateTimeout,
    grace: KILL_AFTER_SECONDS,
  });
  const skip =
    last &&
    sh`
      if ${hasMigration(layout, last)}; then
        printf '%s\n' ${`Not needed: ${why}`}
        exit 0
      fi
      printf '%s\n' ${notice('It runs, as another migration has run or failed since this was planned')}`;
  return {
    phase: 'migrate',
    name: 'migrate',
    run: sh`
      ${skip ?? sh`printf '%s\n' ${`It runs: ${why}`}`}
      ${forgetMigration(layout)}
      (
      ${command}
      )
      ${recordMigration(layout, { ...inputs, release: release.id })}`,
  };
}
