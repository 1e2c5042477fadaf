import type { PluginContext } from '@fairness-deploy/core';
import type { HostEnd } from '@fairness-deploy/core/commands';
import { readHost, requireOutput } from '@fairness-deploy/core/engine';
import type { Connection, Script } from '@fairness-deploy/shell';
import { backupHost, isBackupHost } from '../backup/backup-host.js';
import { listBackups, parseBackups, type StoredBackup } from '../backup/list-backups.js';
import type { Section } from '../section/section.js';

/** The end on a host that has nothing to do with backups; undefined on the one that has. */
export function endElsewhere(context: PluginContext<Section>): HostEnd | undefined {
  if (isBackupHost(context)) return undefined;
  return {
    outcome: 'unchanged',
    summary: `the backups are on ${backupHost(context) ?? 'no host'}`,
  };
}

/** The backups of a host, the newest first, and what other scripts print. One round trip. */
export async function readBackups(
  context: PluginContext<Section>,
  connection: Connection,
  ...reads: readonly Script[]
): Promise<{ readonly backups: readonly StoredBackup[]; readonly outputs: readonly string[] }> {
  const { outputs } = await readHost(connection, { reads: [listBackups(context), ...reads] });
  const [listed = '', ...rest] = outputs.map((output) =>
    requireOutput(output, `the backups on ${context.host.name}`),
  );
  return { backups: parseBackups(listed), outputs: rest };
}
