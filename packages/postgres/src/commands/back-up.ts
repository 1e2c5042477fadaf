import { existsSync, writeFileSync } from 'node:fs';
import type {
  CommandContext,
  HostCommand,
  HostCommandOptions,
  HostEnd,
} from '@fairness-deploy/core/commands';
import { printedError } from '@fairness-deploy/shell/text';
import { backupHost, isBackupHost } from '../backup/backup-host.js';
import { dumpToClient, takeManifest } from '../backup/dump-to-client.js';
import { backupNow } from '../backup/make-backup.js';
import { parseManifest } from '../backup/manifest.js';
import { ReceivedFile } from '../backup/received-file.js';
import type { Section } from '../section/section.js';
import { backupFile } from './backup-file.js';
import { byteSize } from './byte-size.js';

export interface BackupOptions extends HostCommandOptions {
  /** `host`, and the bucket if there is one; or `client`, to a file here. */
  readonly to?: 'host' | 'client';
  /** The file on this machine, from the workspace's root. */
  readonly file?: string;
  /** Why it is made, for db-backups. */
  readonly reason?: string;
}

type Context = CommandContext<Section, BackupOptions>;

/** A large database takes hours; the run ends with its connection. */
const DEADLINE_SECONDS = 43_200;

/** Makes a backup at once. It doesn't hold the lock of the host: a deployment can go on beside it. */
export const backupCommand: HostCommand<Section, BackupOptions> = {
  name: 'db-backup',
  section: 'postgres',
  validate({ to = 'host', file }, { name }) {
    if (to === 'client' || file === undefined) return;
    throw new Error(`Cannot back up ${name}: --file is for --to=client`);
  },
  async run(context) {
    if (!isBackupHost(context)) {
      const summary = `${backupHost(context) ?? 'another host'} makes the backups`;
      return { outcome: 'unchanged', summary };
    }
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
  const { connection, options, environment, signal } = context;
  const begun = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  const suffix = context.section.backups?.encrypt ? 'dump.age' : 'dump';
  const path = backupFile(environment, `${begun}.${suffix}`, options.file);
  if (existsSync(path)) throw new Error(`Cannot write ${path}: it is there already`);
  const received = new ReceivedFile(path);
  try {
    const { status, stderr } = await connection.run(
      dumpToClient(context, options.reason ?? 'db-backup --to=client'),
      {
        ...{ signal, deadline: DEADLINE_SECONDS, outputLimit: Number.POSITIVE_INFINITY },
        onOutput: (chunk) => {
          received.add(chunk);
        },
      },
    );
    if (status !== 0) throw printedError(stderr.trim());
    const manifest = (await connection.run(takeManifest(context))).stdout.toString();
    received.complete(parseManifest(manifest));
    writeFileSync(`${path}.manifest`, manifest, { mode: 0o600 });
  } finally {
    received.drop();
  }
  return { outcome: 'unchanged', summary: `${byteSize(received.bytes)} in ${path}` };
}
