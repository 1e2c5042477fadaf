import { applicationOf, type PluginContext } from '@fairness-deploy/core';
import type { CommandStep } from '@fairness-deploy/core/commands';
import { sh } from '@fairness-deploy/shell';
import type { Text } from '@fairness-deploy/shell/secret';
import type { Manifest } from '../backup/manifest.js';
import { pipeDump, type ReadableBackup } from '../backup/pipe-dump.js';
import { tableDigests } from '../backup/table-digests.js';
import { directDatabase, type Database } from '../connection/database.js';
import type { Section } from '../section/section.js';
import { compareTables } from './compare-tables.js';
import { withClients } from './creator.js';
import { databaseName, timeInName, type Kind } from './database-name.js';
import { analyze, loadDump, type LoadOptions } from './load-dump.js';
import { CHECK_CREATOR, copySettings, createScratch, dropDatabase } from './scratch-database.js';
import { swapDatabases, undoSwap } from './swap-databases.js';

/** What is needed of a backup to restore it: an encrypted one must be lent. */
export type RestorableBackup = ReadableBackup & Manifest;

/** A backup that goes into a database of its own. */
export interface Restore {
  readonly context: PluginContext<Section>;
  readonly backup: RestorableBackup;
  readonly database: Database;
  /** The new database. */
  readonly scratch: Text;
  /** The time in names of databases. */
  readonly at: string;
}

/** @param time now */
export function planRestore(
  context: PluginContext<Section>,
  backup: RestorableBackup,
  kind: Kind,
  time: Date,
): Restore {
  const { environment, section, secret } = context;
  const { name: application } = applicationOf(environment);
  const database = directDatabase({ section, application, secret });
  const at = timeInName(time);
  return { context, backup, database, at, scratch: databaseName(database.name, kind, at) };
}

/** The steps that make the new database, and prove that it is as the backup. */
export function loadSteps(restore: Restore, options: LoadOptions = {}): readonly CommandStep[] {
  const { context, backup, database, scratch } = restore;
  const { id, tables } = backup;
  const { name: like, user: owner } = database;
  return [
    {
      // A step of its own: when it fails, nothing is to be undone.
      name: 'check the right to create databases',
      run: withClients(context, CHECK_CREATOR),
    },
    {
      name: 'create a new database',
      run: withClients(context, createScratch({ like, name: scratch, owner })),
      undo: withClients(context, dropDatabase(scratch)),
    },
    {
      name: `restore ${id}`,
      run: withClients(
        context,
        sh`
        ${loadDump(scratch, (consumer) => pipeDump(context, backup, consumer), options)}
        ${analyze(scratch)}`,
      ),
    },
    {
      name: 'compare with the backup',
      run: withClients(
        context,
        compareTables(
          tables,
          sh`
          fd_database=${scratch}
          printf '%s\n' ${tableDigests()} | fd_pg psql -XqAt -v ON_ERROR_STOP=1`,
        ),
      ),
    },
  ];
}

/** The name under which the application's database is kept. */
export function keptName({ database, at }: Restore): Text {
  return databaseName(database.name, 'before', at);
}

/** The step by which the new database becomes the application's. */
export function swapStep(restore: Restore): CommandStep {
  const { context, database, scratch } = restore;
  const swap = { live: database.name, next: scratch, kept: keptName(restore) };
  const like = { like: database.name, name: scratch, owner: database.user };
  return {
    name: 'swap the databases',
    run: withClients(
      context,
      sh`
      ${copySettings(like)}
      ${swapDatabases(swap)}`,
    ),
    undo: withClients(context, undoSwap(swap)),
  };
}

/** The step that drops the new database. */
export function dropStep({ context, scratch }: Restore): CommandStep {
  return { name: 'drop the new database', run: withClients(context, dropDatabase(scratch)) };
}
