import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createReadStream } from 'node:fs';
import { applicationOf } from '@fairness-deploy/core';
import type {
  CommandContext,
  HostCommand,
  HostCommandOptions,
  HostEnd,
} from '@fairness-deploy/core/commands';
import { forgetMigration, layoutOf } from '@fairness-deploy/release';
import type { Text } from '@fairness-deploy/shell/secret';
import { HintedError, printedError } from '@fairness-deploy/shell/text';
import { isBackupHost } from '../backup/backup-host.js';
import { dumpToClient, takeManifest } from '../backup/dump-to-client.js';
import { parseManifest, type Manifest } from '../backup/manifest.js';
import { ReceivedFile } from '../backup/received-file.js';
import { removeStored, storeReceived } from '../backup/store-received.js';
import { anonymisedCopy } from '../copy/anonymised-copy.js';
import { keptName, loadSteps, planRestore, swapStep } from '../restore/restore-steps.js';
import type { Section } from '../section/section.js';
import { endElsewhere } from './backup-host.js';

export interface CopyOptions extends HostCommandOptions {
  /** The environment whose database is copied. */
  readonly from?: string;
  /** Copy the data as they are, where the other environment has no file to anonymise them. */
  readonly raw?: boolean;
}

type Context = CommandContext<Section, CopyOptions>;

/** A large database takes hours. */
const DEADLINE_SECONDS = 43_200;

/** Replaces the database by a copy of another environment's, without what may not leave that one. */
export const dbCopyCommand: HostCommand<Section, CopyOptions> = {
  name: 'db-copy',
  section: 'postgres',
  validate({ from }, { name, sections }) {
    // Sound: the plugin's own schema returned it.
    const section = sections['postgres'] as Section | undefined;
    if (section?.protected) {
      throw new HintedError(`Cannot copy a database to ${name}: it is protected`, {
        hint: `only someone who removes "protected" from its section postgres can do that`,
      });
    }
    if (from === undefined) {
      throw new HintedError(`Cannot copy a database to ${name}: from which environment?`, {
        hint: 'name it: --from=staging',
      });
    }
    if (from === name) throw new Error(`Cannot copy the database of ${name} to itself`);
  },
  question: ({ from = '' }, { name }) =>
    `The database of ${name} becomes a copy of that of ${from}. The present one is kept under another name. Copy`,
  async run(context) {
    const elsewhere = endElsewhere(context);
    if (elsewhere) return elsewhere;
    const folder = mkdtempSync(join(tmpdir(), 'fairness-deploy-copy-'));
    try {
      return await copy(context, join(folder, 'copy.dump'));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** @param file for the dump, which only the user may read */
async function copy(context: Context, file: string): Promise<HostEnd> {
  const { environment, connection, options, job, say } = context;
  const from = options.from ?? '';
  const taken = await context.onOther(from, (source) => take(source, file));
  const manifest = taken.find((one) => one !== undefined);
  if (!manifest) return { outcome: 'failed', summary: `nothing was copied from ${from}` };
  const backup = { ...manifest, reason: `copy of ${from}`, place: 'host' as const };
  await checked(connection, storeReceived(context, backup), {
    bytes: manifest.bytes,
    chunks: createReadStream(file),
  });
  const restore = planRestore(context, backup, 'restore', new Date());
  const end = await job([
    ...loadSteps(restore, { withoutRights: true }),
    swapStep(restore),
    {
      name: 'forget the last migration',
      run: forgetMigration(layoutOf(applicationOf(environment))),
    },
  ]);
  await checked(connection, removeStored(context, backup));
  if (end.outcome === 'changed') {
    say(`The former database is ${keptName(restore).reveal()}. Drop it when nobody needs it`);
  }
  return end;
}

/** Receives the dump of a copy; undefined on a host that is not the one for it. */
async function take(source: Context, file: string): Promise<Manifest | undefined> {
  if (!isBackupHost(source)) return undefined;
  const { connection, environment, section, options, say } = source;
  const { anonymise } = section;
  if (anonymise === undefined) {
    if (!options.raw) {
      throw new HintedError(
        `Cannot copy the database of ${environment.name}: it has no file that anonymises its data`,
        { hint: 'add it: postgres: { anonymise: anonymise.sql }, or copy all as it is: --raw' },
      );
    }
    say('Nothing is anonymised');
    return receive(source, file);
  }
  const copied = anonymisedCopy(source, anonymise, new Date());
  const end = await source.job(copied.steps);
  if (end.outcome === 'failed') return undefined;
  try {
    return await receive(source, file, copied.name);
  } finally {
    await checked(connection, copied.drop);
  }
}

async function receive(source: Context, path: string, database?: Text): Promise<Manifest> {
  const { connection, signal, section } = source;
  const { backups } = section;
  // The other environment's keys would not open it.
  const open = {
    ...source,
    section: { ...section, ...(backups && { backups: { ...backups, encrypt: false } }) },
  };
  const received = new ReceivedFile(path);
  try {
    const { status, stderr } = await connection.run(dumpToClient(open, 'db-copy', database), {
      ...{ signal, deadline: DEADLINE_SECONDS, outputLimit: Number.POSITIVE_INFINITY },
      onOutput: (chunk) => {
        received.add(chunk);
      },
    });
    if (status !== 0) throw printedError(stderr.trim());
    const { stdout } = await connection.run(takeManifest(open));
    const manifest = parseManifest(stdout.toString());
    received.complete(manifest);
    return manifest;
  } finally {
    received.drop();
  }
}

/** @throws Error when the script fails, with what it says. */
async function checked(
  connection: Context['connection'],
  script: Parameters<Context['connection']['run']>[0],
  input?: { readonly bytes: number; readonly chunks: AsyncIterable<Uint8Array> },
): Promise<void> {
  const { status, stderr } = await connection.run(script, {
    deadline: DEADLINE_SECONDS,
    ...(input && { input }),
  });
  if (status !== 0) throw printedError(stderr.trim());
}
