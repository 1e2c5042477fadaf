import type { PluginContext } from '@fairness-deploy/core';
import type { CommandContext, HostEnd } from '@fairness-deploy/core/commands';
import { readHost, requireOutput } from '@fairness-deploy/core/engine';
import type { Script } from '@fairness-deploy/shell';
import { HintedError } from '@fairness-deploy/shell/text';
import { backupHost, isBackupHost } from '../backup/backup-host.js';
import { lendBackup } from '../backup/lend-backup.js';
import { listBackups, parseBackups, placeProblem } from '../backup/list-backups.js';
import { chooseBackup } from '../restore/choose-backup.js';
import type { RestorableBackup } from '../restore/restore-steps.js';
import type { Section } from '../section/section.js';

/** The end on a host that has nothing to do with backups; undefined on the one that has. */
export function endElsewhere(
  context: Pick<PluginContext<Section>, 'environment' | 'host' | 'section'>,
): HostEnd | undefined {
  if (isBackupHost(context)) return undefined;
  return {
    outcome: 'unchanged',
    summary: `the backups are on ${backupHost(context) ?? 'no host'}`,
  };
}

/**
 * Chooses a backup of a host, which pipeDump() can read there, and reads what other scripts print. One round
 * trip, and one more when the backup is encrypted.
 *
 * @param id default: the newest one
 * @throws HintedError when there is none of that id, or none at all, or the bucket that may have it can't
 *   be listed.
 */
export async function chosenBackup(
  context: CommandContext<Section, unknown>,
  id: string | undefined,
  ...reads: readonly Script[]
): Promise<{ readonly backup: RestorableBackup; readonly outputs: readonly string[] }> {
  const { environment, connection, host, say } = context;
  const answer = await readHost(connection, { reads: [listBackups(context), ...reads] });
  const [listed = '', ...outputs] = answer.outputs.map((output) =>
    requireOutput(output, `the backups on ${host.name}`),
  );
  const backups = parseBackups(listed);
  const problem = placeProblem(listed);
  if (problem !== undefined && !backups.some((one) => one.id === id)) {
    throw new HintedError(
      `Cannot tell the backups of ${environment.name}: the bucket cannot be listed: ${problem}`,
      {
        hint: 'correct that, or name one that is on the host: --backup=<id>, as db-backups shows it',
      },
    );
  }
  const chosen = chooseBackup(backups, environment.name, id);
  return { backup: await lendBackup(context, chosen, { connection, say }), outputs };
}
