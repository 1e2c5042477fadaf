import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  CommandContext,
  HostCommand,
  HostCommandOptions,
  HostEnd,
} from '@fairness-deploy/core/commands';
import { HintedError } from '@fairness-deploy/shell/text';
import { isBackupHost } from '../backup/backup-host.js';
import type { Manifest } from '../backup/manifest.js';
import { anonymisedCopy } from '../copy/anonymised-copy.js';
import type { Section } from '../section/section.js';
import { endElsewhere } from './read-backups.js';
import { receiveDump } from './receive-dump.js';
import { replaceDatabase } from './replace-database.js';
import { sendDump } from './send-dump.js';

export interface CopyOptions extends HostCommandOptions {
  /** The environment whose database is copied. */
  readonly from?: string;
  /** Copy the data as they are, where the other environment has no file to anonymise them. */
  readonly raw?: boolean;
}

type Context = CommandContext<Section, CopyOptions>;

const REASON = 'db-copy';

/** Replaces the database by a copy of another environment's, after its anonymising SQL. */
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
        hint: 'name another one: --from=<environment>',
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
  const from = context.options.from ?? '';
  const taken = await context.onOther(from, (source) => take(source, file));
  const manifest = taken.find((one) => one !== undefined);
  if (!manifest) {
    return { outcome: 'failed', summary: `nothing was copied, as the steps on ${from} failed` };
  }
  await sendDump(context, file, manifest);
  const received = { ...manifest, place: 'received' as const };
  return replaceDatabase(context, received, { withoutRights: true });
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
    return receiveDump(inTheClear(source), file, { reason: REASON });
  }
  const copied = anonymisedCopy(source, anonymise, new Date());
  const end = await source.job(copied.steps);
  if (end.outcome === 'failed') return undefined;
  try {
    return await receiveDump(inTheClear(source), file, { reason: REASON, database: copied.name });
  } finally {
    const { status, stderr } = await connection.run(copied.drop);
    if (status !== 0) say(`The copy stays on the server of ${environment.name}: ${stderr.trim()}`);
  }
}

/** Without encryption: the keys of the other environment would not open it here. */
function inTheClear(source: Context): Context {
  const { backups, ...section } = source.section;
  return {
    ...source,
    section: { ...section, ...(backups && { backups: { ...backups, encrypt: false } }) },
  };
}
