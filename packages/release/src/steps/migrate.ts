import { clock, lines, notice, sh, type Script } from '@fairness-deploy/shell';
import { forgetMigration, hasMigration, recordMigration } from '../host/migration-record.js';
import { defineApplied, recordMigrated } from '../host/migrated.js';
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
  const { migrate } = spec.section;
  if (migrate === undefined) return undefined;
  const { layout, release, migration } = spec;
  if (!migration) throw new TypeError('Cannot migrate: its inputs are not known');
  const { inputs, why, last } = migration;
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
    shown: true,
    run: sh`
      ${skip ?? sh`printf '%s\n' ${`It runs: ${why}`}`}
      ${forgetMigration(layout)}
      ${recorded(spec, attempts(spec, migrate))}
      ${recordMigration(layout, { ...inputs, release: release.id })}`,
  };
}

/** Runs the command, with the variables of the plugins as well, as often as they say. */
function attempts(spec: ReleaseSpec, command: string): Script {
  const { migrationParts = [] } = spec;
  const variables = new Map([
    ...variablesOf(spec.application, spec.release),
    ...migrationParts.flatMap((part) => Object.entries(part.variables ?? {})),
  ]);
  const once = projectCommand(spec, command, variables, {
    seconds: spec.section.migrateTimeout,
    grace: KILL_AFTER_SECONDS,
  });
  return migrationParts.reduce((run, part) => part.attempts?.(run) ?? run, once);
}

/** Records how long it took, and which migrations it has applied, also when it fails. */
function recorded({ layout, release, migrationParts = [] }: ReleaseSpec, run: Script): Script {
  const applied = migrationParts.flatMap((part) => part.applied ?? []);
  const { define, before, after } = applied.length > 0 ? namesBy(lines(...applied)) : NO_NAMES;
  return sh`
    ${clock}
    fd_clock
    fd_began=$fd_now
    ${lines(...migrationParts.flatMap((part) => part.before ?? []))}
    ${define}
    ${before}
    fd_status=0
    (
    ${run}
    ) || fd_status=$?
    ${after}
    fd_clock
    fd_seconds=$(((fd_now - fd_began) / 100)).$(printf %02d $(((fd_now - fd_began) % 100)))
    ${recordMigrated(layout, release.id)}
    [ "$fd_status" = 0 ] || exit "$fd_status"`;
}

/** Sets `fd_before` and `fd_after` to the names of the applied migrations, or to `unknown`. */
interface AppliedNames {
  readonly define: Script;
  readonly before: Script;
  readonly after: Script;
}

const NO_NAMES: AppliedNames = {
  define: sh`fd_before=unknown fd_after=unknown`,
  before: sh`:`,
  after: sh`:`,
};

function namesBy(print: Script): AppliedNames {
  return {
    define: defineApplied(print),
    before: sh`fd_before=$(fd_applied) || fd_before=unknown`,
    after: sh`fd_after=$(fd_applied) || fd_after=unknown`,
  };
}
