import { createReadStream } from 'node:fs';
import type { CommandContext } from '@fairness-deploy/core/commands';
import { printedError } from '@fairness-deploy/shell/text';
import type { Manifest } from '../backup/manifest.js';
import { receive } from '../backup/receive.js';
import type { Section } from '../section/section.js';
import { DEADLINE_SECONDS } from './receive-dump.js';

/**
 * Streams a dump on this machine to a host, for one restore there.
 *
 * @throws Error when not all of it has come.
 */
export async function sendDump(
  context: Pick<CommandContext<Section, unknown>, 'environment' | 'section' | 'connection'>,
  path: string,
  manifest: Manifest,
): Promise<void> {
  const { status, stderr } = await context.connection.run(receive(context, manifest), {
    deadline: DEADLINE_SECONDS,
    input: { bytes: manifest.bytes, chunks: createReadStream(path) },
  });
  if (status !== 0) throw printedError(stderr.trim());
}
