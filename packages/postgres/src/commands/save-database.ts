import { existsSync } from 'node:fs';
import { applicationOf } from '@fairness-deploy/core';
import { sh } from '@fairness-deploy/shell';
import type { CommandContext } from '@fairness-deploy/core/commands';
import { byteSize } from '@fairness-deploy/shell/text';
import { isBackupHost } from '../backup/backup-host.js';
import { connectionFile } from '../connection/paths.js';
import type { Section } from '../section/section.js';
import { backupFile } from './backup-file.js';
import { receiveDump } from './receive-dump.js';

type Context = Pick<
  CommandContext<Section, unknown>,
  'environment' | 'section' | 'connection' | 'signal'
>;

/** A backup in a file on this machine. */
export interface BackupHere {
  readonly path: string;
  readonly bytes: number;
}

/**
 * Makes a backup into a file on this machine.
 *
 * @param of.file from the workspace's root; default: in `backups/<environment>`
 * @throws Error when the file is there already, or the backup fails; nothing is left then.
 */
export async function backUpHere(
  context: Context,
  { reason, file }: { readonly reason: string; readonly file?: string },
): Promise<BackupHere> {
  const begun = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  const suffix = context.section.backups?.encrypt ? 'dump.age' : 'dump';
  const path = backupFile(context.environment, `${begun}.${suffix}`, file);
  if (existsSync(path)) throw new Error(`Cannot write ${path}: it is there already`);
  const { bytes } = await receiveDump(context, path, { reason });
  return { path, bytes };
}

/**
 * The last backup of an environment that is removed; undefined on other hosts than the one of the backups, and when
 * an interrupted removal has taken the connection away, which goes before the database.
 */
export async function saveDatabase(
  context: CommandContext<Section, unknown>,
): Promise<string | undefined> {
  if (!isBackupHost(context)) return undefined;
  const connection = connectionFile(applicationOf(context.environment).name);
  const { stdout } = await context.connection.run(sh`[ ! -e ${connection} ] || echo there`);
  if (stdout.toString() === '') return undefined;
  const { path, bytes } = await backUpHere(context, { reason: 'decommission' });
  return `the last backup of the database is on this machine: ${path} (${byteSize(bytes)})`;
}
