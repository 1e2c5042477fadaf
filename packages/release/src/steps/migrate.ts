import type { ReleaseStep } from '../order/release-step.js';
import { variablesOf } from '../application/variables-file.js';
import { projectCommand } from '../scripts/project-command.js';
import type { ReleaseSpec } from '../scripts/release-spec.js';

/** Seconds that a migration which is ended gets to leave the database in order. */
const KILL_AFTER_SECONDS = 10;

/**
 * Brings the database up to date, while the old release serves. It has all of the application's
 * variables, secrets included. It is not undone: a migration must suit the old release
 * as well.
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
