import { ageHeaderLength, lendToHost, placeOf } from '@fairness-deploy/secrets';
import type { PluginContext } from '@fairness-deploy/core';
import type { Connection } from '@fairness-deploy/shell';
import { HintedError } from '@fairness-deploy/shell/text';
import type { Section } from '../section/section.js';
import { printHeader, type ReadableBackup } from './pipe-dump.js';

/** Who is told that a private key is readable for others. */
export interface LendOptions {
  readonly connection: Connection;
  readonly say: (text: string) => void;
}

/**
 * Makes an encrypted backup one that pipeDump() can read on the host: the user's private key opens its
 * header here, and the host gets a key that opens this one backup. A backup that is not encrypted stays
 * as it is.
 *
 * @throws SecretsError when no private key of the user's opens it; HintedError when it can't be read.
 */
export async function lendBackup<Backup extends ReadableBackup>(
  context: Pick<PluginContext<Section>, 'environment' | 'section'>,
  backup: Backup,
  { connection, say }: LendOptions,
): Promise<Backup & Pick<ReadableBackup, 'lent'>> {
  if (backup.encryption === 'none') return backup;
  const { workspace, name } = context.environment;
  const { stdout, stderr } = await connection.run(printHeader(context, backup));
  const headerLength = ageHeaderLength(stdout);
  if (headerLength === undefined) {
    throw new HintedError(
      `Cannot read the backup ${backup.id}: ${stdout.length === 0 ? (stderr.trim().split('\n').at(-1) ?? '') || 'its file is missing' : 'its file is damaged: it has no header of age'}`,
      { hint: `choose another one: npx nx run ${name}:db-backups` },
    );
  }
  const lent = await lendToHost(stdout.subarray(0, headerLength), {
    place: placeOf(workspace, name),
    world: { env: process.env, warn: say },
    what: `the backup ${backup.id}`,
  });
  return { ...backup, lent: { ...lent, headerLength } };
}
