import { applicationOf, type PluginContext } from '@fairness-deploy/core';
import type { MigrationPart, Release } from '@fairness-deploy/release';
import { fail, lines, sh, type Script } from '@fairness-deploy/shell';
import { backupHost, isBackupHost } from '../backup/backup-host.js';
import { backupNow } from '../backup/make-backup.js';
import { defineClient } from '../connection/client.js';
import type { Section } from '../section/section.js';
import { printApplied } from './applied-names.js';
import { CLOSE_LOCK, lockDatabase } from './lock-database.js';
import { migrationVariables } from './migration-variables.js';
import { retryLocks } from './retry-locks.js';

/**
 * What a deployment's migration gets: one at a time for each database, limits for its sessions, more
 * attempts when it waited too long for a lock, a backup before it if the section says so, and the names
 * of what it has applied.
 */
export function migrationPart(context: PluginContext<Section>, release: Release): MigrationPart {
  const { environment, section, secret } = context;
  const { name, user, env } = applicationOf(environment);
  return {
    variables: migrationVariables({ section, application: name, secret }, env),
    before: lines(
      defineClient(user, name),
      lockDatabase(release.id),
      ...(section.migrations.backup ? [backupBefore(context, release)] : []),
    ),
    attempts: (run) => retryLocks(run, section.migrations),
    applied: printApplied(),
  };
}

/** Under the lock: nothing migrates between the backup and the migration. */
function backupBefore(context: PluginContext<Section>, { id }: Release): Script {
  if (!isBackupHost(context)) {
    return fail(
      `Cannot back up the database before the migration: this host does not make the backups, ${String(backupHost(context))} does`,
      'deploy to that host as well, as the first one; or set migrations.backup of the section postgres to false',
    );
  }
  return sh`
    (
    ${backupNow(context, `before migrating release ${id}`)}
    ) ${CLOSE_LOCK}`;
}
