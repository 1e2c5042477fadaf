import type {
  CommandContext,
  HostCommand,
  HostCommandOptions,
  HostEnd,
} from '@fairness-deploy/core/commands';
import { byteSize, printedError } from '@fairness-deploy/shell/text';
import { backupNow } from '../backup/make-backup.js';
import type { Section } from '../section/section.js';
import { backUpHere } from './save-database.js';
import { endElsewhere } from './read-backups.js';
import { DEADLINE_SECONDS } from './receive-dump.js';

export interface BackupOptions extends HostCommandOptions {
  /** `host`, and the bucket if there is one; or `client`, to a file here. */
  readonly to?: 'host' | 'client';
  /** The file on this machine, from the workspace's root. */
  readonly file?: string;
  /** Why it is made, for db-backups. */
  readonly reason?: string;
}

type Context = CommandContext<Section, BackupOptions>;

/** Makes a backup at once. It doesn't hold the lock of the host: a deployment can go on beside it. */
export const dbBackupCommand: HostCommand<Section, BackupOptions> = {
  name: 'db-backup',
  section: 'postgres',
  validate({ to = 'host', file }, { name }) {
    if (to === 'client' || file === undefined) return;
    throw new Error(`Cannot back up ${name}: --file is for --to=client`);
  },
  isReadOnly: ({ to }) => to === 'client',
  async run(context) {
    const elsewhere = endElsewhere(context);
    if (elsewhere) return elsewhere;
    return context.options.to === 'client' ? toClient(context) : toHost(context);
  },
};

async function toHost(context: Context): Promise<HostEnd> {
  const { connection, options, signal } = context;
  const script = backupNow(context, options.reason ?? 'db-backup', { wait: 0 });
  const { status, stdout, stderr } = await connection.run(script, {
    ...{ signal, deadline: DEADLINE_SECONDS },
  });
  if (status !== 0) throw printedError(stderr.trim());
  return { outcome: 'changed', summary: stdout.toString().trim() };
}

async function toClient(context: Context): Promise<HostEnd> {
  const { options } = context;
  const { bytes, path } = await backUpHere(context, {
    reason: options.reason ?? 'db-backup --to=client',
    ...(options.file !== undefined && { file: options.file }),
  });
  return { outcome: 'unchanged', summary: `${byteSize(bytes)} in ${path}` };
}
