import { applicationOf } from '@fairness-deploy/core';
import type { HostCommand, HostCommandOptions } from '@fairness-deploy/core/commands';
import { forgetMigration, layoutOf } from '@fairness-deploy/release';
import { lendBackup } from '../backup/lend-backup.js';
import { chooseBackup } from '../restore/choose-backup.js';
import { keptName, loadSteps, planRestore, swapStep } from '../restore/restore-steps.js';
import type { Section } from '../section/section.js';
import { endElsewhere, readBackups } from './backup-host.js';

export interface RestoreOptions extends HostCommandOptions {
  /** The backup's id; default: the newest one. */
  readonly backup?: string;
}

/** Replaces the database by a backup; the present one is kept beside it. */
export const dbRestoreCommand: HostCommand<Section, RestoreOptions> = {
  name: 'db-restore',
  section: 'postgres',
  question: ({ backup = 'the newest one' }, { name }) =>
    `The database of ${name} becomes that of a backup: ${backup}. The present one is kept under another name, with all that was written since. Restore`,
  async run(context) {
    const elsewhere = endElsewhere(context);
    if (elsewhere) return elsewhere;
    const { environment, connection, options, job, say } = context;
    const { backups } = await readBackups(context, connection);
    const chosen = chooseBackup(backups, environment.name, options.backup);
    const backup = await lendBackup(context, chosen, { connection, say });
    const restore = planRestore(context, backup, 'restore', new Date());
    const layout = layoutOf(applicationOf(environment));
    const end = await job([
      ...loadSteps(restore),
      swapStep(restore),
      // The next deployment migrates what the backup does not have yet.
      { name: 'forget the last migration', run: forgetMigration(layout) },
    ]);
    // Names are masked where they are confidential, as all that is reported.
    if (end.outcome === 'changed') say(next(environment.name, keptName(restore).reveal()));
    return end;
  },
};

function next(environment: string, kept: string): string {
  return [
    `The former database is ${kept}. When nobody needs it any more:`,
    `  npx nx run ${environment}:db-console, and there: DROP DATABASE "${kept}";`,
    'A backup that is older than the last migration needs it again:',
    `  npx nx run ${environment}:deploy --migrate`,
  ].join('\n');
}
