import { applicationOf } from '@fairness-deploy/core';
import type { CommandContext, CommandStep, HostEnd } from '@fairness-deploy/core/commands';
import { forgetMigration, layoutOf } from '@fairness-deploy/release';
import { sh } from '@fairness-deploy/shell';
import { forgetReceived } from '../backup/receive.js';
import type { LoadOptions } from '../restore/load-dump.js';
import {
  keptName,
  loadSteps,
  planRestore,
  swapStep,
  type RestorableBackup,
} from '../restore/restore-steps.js';
import type { Section } from '../section/section.js';

/** Replaces the application's database by a backup, and says where the former one is. */
export async function replaceDatabase(
  context: CommandContext<Section, unknown>,
  backup: RestorableBackup,
  options: LoadOptions = {},
): Promise<HostEnd> {
  const { environment, job, say } = context;
  const restore = planRestore(context, backup, 'restore', new Date());
  const end = await job([
    ...(backup.place === 'received' ? [receivedStep(context, backup)] : []),
    ...loadSteps(restore, options),
    // The next deployment migrates what the backup does not have yet. Before the swap: whatever becomes
    // of this job then, no migration is left out.
    {
      name: 'forget the last migration',
      run: forgetMigration(layoutOf(applicationOf(environment))),
    },
    swapStep(restore),
    ...(backup.place === 'received'
      ? [{ name: 'remove the received file', run: forgetReceived(context, backup) }]
      : []),
  ]);
  if (end.outcome === 'changed') {
    // Names are masked where they are confidential, as all that is reported.
    say(next(environment.name, keptName(restore).reveal()));
  }
  return end;
}

/** Its undo runs whatever fails, also without the client. */
function receivedStep(
  context: CommandContext<Section, unknown>,
  backup: RestorableBackup,
): CommandStep {
  return { name: 'received file', run: sh`:`, undo: forgetReceived(context, backup) };
}

function next(environment: string, kept: string): string {
  return [
    `The former database is ${kept}. When nobody needs it any more:`,
    `  npx nx run ${environment}:db-console, and there: DROP DATABASE "${kept.replaceAll('"', '""')}";`,
    'A database that is older than the last migration needs it again:',
    `  npx nx run ${environment}:deploy --migrate`,
  ].join('\n');
}
