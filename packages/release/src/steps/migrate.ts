import type { ReleaseStep } from '../order/release-step.js';
import { variablesOf } from '../application/variables-file.js';
import { projectCommand } from '../scripts/project-command.js';
import type { ReleaseSpec } from '../scripts/release-spec.js';

/** Seconds between SIGTERM and SIGKILL for a migration, to leave the database in order. */
const KILL_AFTER_SECONDS = 10;

/**
 * Migrates the database, while the previous release is live. It has all of the application's
 * variables, secrets included. It is not undone: the previous release must work with the migrated
 * database as well.
 */
export function migrateStep(spec: ReleaseSpec): ReleaseStep | undefined {
  const { migrate, migrateTimeout } = spec.section;
  if (migrate === undefined) return undefined;
  const variables = variablesOf(spec.application, spec.release);
  return {
    phase: 'migrate',
    name: 'migrate',
    run: projectCommand(spec, migrate, variables, {
      seconds: migrateTimeout,
      grace: KILL_AFTER_SECONDS,
    }),
  };
}
