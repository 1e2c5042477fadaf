import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { CommandContext } from '@fairness-deploy/core/commands';
import { printedError } from '@fairness-deploy/shell/text';
import { dumpToClient, takeManifest, type ClientDump } from '../backup/dump-to-client.js';
import { manifestText, parseManifest, type Manifest } from '../backup/manifest.js';
import { ReceivedFile } from '../backup/received-file.js';
import type { Section } from '../section/section.js';

/** A large database takes hours; a run ends with its connection. */
export const DEADLINE_SECONDS = 43_200;

/**
 * Streams a dump of a host's database to a file here, and its manifest beside it.
 *
 * @throws Error when it fails, and nothing is left then.
 */
export async function receiveDump(
  context: Pick<
    CommandContext<Section, unknown>,
    'environment' | 'section' | 'connection' | 'signal'
  >,
  path: string,
  of: Omit<ClientDump, 'nonce'>,
): Promise<Manifest> {
  const { connection, signal } = context;
  const dump = { ...of, nonce: randomBytes(8).toString('hex') };
  const received = new ReceivedFile(path);
  try {
    const { status, stderr } = await connection.run(dumpToClient(context, dump), {
      ...{ signal, deadline: DEADLINE_SECONDS, outputLimit: Number.POSITIVE_INFINITY },
      onOutput: (chunk) => {
        received.add(chunk);
      },
    });
    if (status !== 0) throw printedError(stderr.trim());
    const { stdout } = await connection.run(takeManifest(context, dump));
    const manifest = parseManifest(stdout.toString());
    received.complete(manifest);
    writeFileSync(manifestOf(path), manifestText(manifest), { mode: 0o600 });
    return manifest;
  } finally {
    received.drop();
  }
}

/** The file of the manifest of a dump on this machine. */
export function manifestOf(path: string): string {
  return `${path}.manifest`;
}
