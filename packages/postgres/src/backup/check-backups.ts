import type { PluginIssue } from '@fairness-deploy/core';
import type { BackupContext } from './backup-store.js';
import { checkRecipients } from './recipients.js';

/** What the schema of `backups` can't check. */
export function checkBackups(context: BackupContext): readonly PluginIssue[] {
  const { runsOn } = context.section.backups ?? {};
  const names = context.environment.hosts.map(({ name }) => name);
  const unknown = runsOn !== undefined && !names.includes(runsOn);
  return [
    ...(unknown
      ? [{ path: ['backups', 'runsOn'], message: `expected a host: ${names.join(', ')}` }]
      : []),
    ...checkRecipients(context),
  ];
}
