import { applicationOf } from '@fairness-deploy/core';
import type { CommandStep, HostCommand, HostCommandOptions } from '@fairness-deploy/core/commands';
import {
  migrateForTrial,
  runTrial,
  trialReader,
  triedProcesses,
  type Release,
} from '@fairness-deploy/release';
import { sh } from '@fairness-deploy/shell';
import { migrationVariables } from '../migration/migration-variables.js';
import { withDatabase } from '../restore/drill-environment.js';
import { recordDrill } from '../restore/drill-record.js';
import { dropStep, loadSteps, planRestore, type Restore } from '../restore/restore-steps.js';
import type { Section } from '../section/section.js';
import { chosenBackup, endElsewhere } from './read-backups.js';

export interface DrillOptions extends HostCommandOptions {
  /** The backup's id; default: the newest one. */
  readonly backup?: string;
}

/** Restores a backup for practice, into a database of its own, which is dropped in the end. */
export const dbDrillCommand: HostCommand<Section, DrillOptions> = {
  name: 'db-drill',
  section: 'postgres',
  async run(context) {
    const elsewhere = endElsewhere(context);
    if (elsewhere) return elsewhere;
    const { environment, options, job, say } = context;
    const { name } = applicationOf(environment);
    const reader = trialReader(environment);
    const { backup, outputs } = await chosenBackup(context, options.backup, reader.script);
    const restore = planRestore(context, backup, 'drill', new Date());
    const trial = await planTrial(restore, reader.parse(outputs[0] ?? ''));
    if (typeof trial === 'string') say(`The application is not asked for its health: ${trial}`);
    const about = { backup: backup.id };
    return job([
      {
        name: 'begin the drill',
        run: recordDrill(name, { ...about, outcome: 'unfinished' }),
        undo: recordDrill(name, { ...about, outcome: 'failed' }),
      },
      ...loadSteps(restore),
      ...(typeof trial === 'string' ? [] : trial),
      dropStep(restore),
      {
        name: 'record the drill',
        run: recordDrill(name, {
          ...{ ...about, outcome: 'good' },
          ...(typeof trial !== 'string' && { healthy: true }),
        }),
      },
    ]);
  },
};

/**
 * The steps that migrate the copy, as a deployment would, and ask the application for its health with it; or
 * why there are none.
 */
async function planTrial(
  { context, scratch, at }: Restore,
  live: Release | undefined,
): Promise<readonly CommandStep[] | string> {
  const { environment, plugins, section, secret } = context;
  if (!live) return 'no release is live';
  if (triedProcesses(applicationOf(environment)).length === 0) {
    return 'it has no process that answers requests on a port, with a path for its health';
  }
  const changed = await withDatabase(environment, plugins, scratch);
  const unit = `fairness-deploy-drill-${at}`;
  if (!changed) return 'none of its variables names the database by ${postgres.…}';
  const { name: application, env } = applicationOf(changed);
  const ofCopy = { section: { ...section, database: scratch }, application, secret };
  const migrate = migrateForTrial(changed, live, migrationVariables(ofCopy, env));
  return [
    ...(migrate ? [{ name: 'migrate the copy', run: migrate }] : []),
    {
      name: 'health of the application',
      run: runTrial(changed, live, unit),
      undo: sh`systemctl stop ${`${unit}-*`} 2>/dev/null || :`,
    },
  ];
}
