import type { HostCommand, HostCommandOptions } from '@fairness-deploy/core/commands';
import { byteSize, columns, describeAge, printedError } from '@fairness-deploy/shell/text';
import {
  listBackups,
  parseBackups,
  placeProblem,
  type StoredBackup,
} from '../backup/list-backups.js';
import type { Section } from '../section/section.js';
import { endElsewhere } from './read-backups.js';

/** Lists the backups, on the host and in the bucket, the newest first. */
export const dbBackupsCommand: HostCommand<Section, HostCommandOptions> = {
  name: 'db-backups',
  section: 'postgres',
  isReadOnly: () => true,
  async run(context) {
    const elsewhere = endElsewhere(context);
    if (elsewhere) return elsewhere;
    const { connection, say } = context;
    const { status, stdout, stderr } = await connection.run(listBackups(context));
    if (status !== 0) throw printedError(stderr.trim());
    const output = stdout.toString();
    const found = parseBackups(output);
    if (found.length > 0) say(describeBackups(found, new Date()));
    const problem = placeProblem(output);
    if (problem !== undefined) {
      return {
        outcome: 'failed',
        summary: `the backups in the bucket cannot be listed: ${problem}`,
      };
    }
    return {
      outcome: 'unchanged',
      summary: countOf(new Set(found.map(({ id }) => id)).size),
    };
  },
};

/** A line for each backup, with all its places. */
export function describeBackups(backups: readonly StoredBackup[], now: Date): string {
  const ids = [...new Set(backups.map(({ id }) => id))];
  const rows = ids.flatMap((id) => {
    const stored = backups.filter((one) => one.id === id);
    const [first] = stored;
    if (!first) return [];
    const places = stored.map(({ place, bytes, storedBytes }) =>
      bytes === storedBytes
        ? place
        : `${place} (${storedBytes === undefined ? 'its file is missing' : 'damaged'})`,
    );
    const age = describeAge((now.getTime() - first.created.getTime()) / 1000);
    const encrypted = first.encryption === 'age' ? 'encrypted' : 'plain';
    return [[id, age, byteSize(first.bytes), encrypted, places.join(', '), first.reason]];
  });
  return columns([['backup', 'age', 'size', '', 'place', 'reason'], ...rows]).trimEnd();
}

function countOf(count: number): string {
  return `${String(count)} ${count === 1 ? 'backup' : 'backups'}`;
}
