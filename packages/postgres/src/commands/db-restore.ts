import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { HostCommand, HostCommandOptions, HostEnd } from '@fairness-deploy/core/commands';
import { readRegularFile } from '@fairness-deploy/shell/client';
import { byteSize, describeAge, HintedError } from '@fairness-deploy/shell/text';
import { lendBackup } from '../backup/lend-backup.js';
import { parseManifest } from '../backup/manifest.js';
import type { Section } from '../section/section.js';
import { chosenBackup, endElsewhere } from './read-backups.js';
import { manifestOf } from './receive-dump.js';
import { replaceDatabase } from './replace-database.js';
import { sendDump } from './send-dump.js';

export interface RestoreOptions extends HostCommandOptions {
  /** The backup's id; default: the newest one. */
  readonly backup?: string;
  /** A file of `db-backup --to=client` instead, from the workspace's root. */
  readonly file?: string;
}

/** Replaces the database by a backup; the present one is kept beside it. */
export const dbRestoreCommand: HostCommand<Section, RestoreOptions> = {
  name: 'db-restore',
  section: 'postgres',
  validate({ backup, file }, { name, workspace }) {
    if (file === undefined) return;
    if (backup !== undefined) {
      throw new Error(`Cannot restore ${name}: --backup and --file contradict each other`);
    }
    const path = resolve(workspace, file);
    for (const one of [path, manifestOf(path)]) {
      if (existsSync(one)) continue;
      throw new HintedError(`Cannot restore ${path}: there is no file ${one}`, {
        hint: 'db-backup --to=client writes both, the dump and its manifest',
      });
    }
  },
  async run(context) {
    const elsewhere = endElsewhere(context);
    if (elsewhere) return elsewhere;
    const { environment, options, connection, say } = context;
    if (options.file === undefined) {
      const { backup } = await chosenBackup(context, options.backup);
      const age = describeAge((Date.now() - backup.created.getTime()) / 1000);
      const which = `the backup ${backup.id}, ${age} old, ${byteSize(backup.bytes)}, made for: ${backup.reason}`;
      if (!(await context.approve(question(environment.name, which)))) return NOT_RESTORED;
      return replaceDatabase(context, backup);
    }
    const path = resolve(environment.workspace, options.file);
    const manifest = parseManifest(readRegularFile(manifestOf(path)).toString());
    if (!(await context.approve(question(environment.name, path)))) return NOT_RESTORED;
    await sendDump(context, path, manifest);
    const received = { ...manifest, place: 'received' as const };
    return replaceDatabase(context, await lendBackup(context, received, { connection, say }));
  },
};

const NOT_RESTORED: HostEnd = { outcome: 'failed', summary: 'nothing was changed' };

function question(environment: string, which: string): string {
  return `The database of ${environment} becomes that of ${which}. The present one is kept under another name, with all that was written since. Restore`;
}
