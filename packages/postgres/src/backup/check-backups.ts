import type { PluginIssue } from '@fairness-deploy/core';
import { databaseHosts } from '../connection/database-hosts.js';
import type { BackupContext } from './backup-store.js';
import { checkRecipients } from './recipients.js';

/** What the schema of `backups` can't check. */
export function checkBackups(context: BackupContext): readonly PluginIssue[] {
  const { runsOn } = context.section.backups ?? {};
  const names = databaseHosts(context.environment).map(({ name }) => name);
  const unknown = runsOn !== undefined && !names.includes(runsOn);
  return [
    ...(unknown
      ? [
          {
            path: ['backups', 'runsOn'],
            message: `expected a host that the section is for: ${names.join(', ')}`,
          },
        ]
      : []),
    ...checkRecipients(context),
  ];
}
