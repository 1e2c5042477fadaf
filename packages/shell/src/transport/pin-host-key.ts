import { existsSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { readRegularFile } from '../client/read-regular-file.js';
import type { HostKey } from './errors.js';
import { parseKnownHosts } from './ssh/known-hosts.js';

/** The writers of each file: one after the other. */
const writers = new Map<string, Promise<void>>();

/**
 * Adds a host key to a known_hosts file, which is created when it's absent; a line that
 * is there already isn't added again. Calls for one file wait for each other, and the
 * line is appended in one write, so that no other process's line is torn or lost.
 *
 * @throws when the file can't be written (the system's error).
 */
export function pinHostKey(file: string, hostKey: HostKey): Promise<void> {
  const key = path.resolve(file);
  const written = (writers.get(key) ?? Promise.resolve())
    .catch(() => undefined)
    .then(() => append(key, hostKey.knownHostsLine));
  writers.set(key, written);
  return written;
}

async function append(file: string, line: string): Promise<void> {
  const [added] = parseKnownHosts(line);
  if (!added || line.includes('\n')) {
    throw new TypeError(`Cannot pin a host key: ${JSON.stringify(line)} is no known_hosts line`);
  }
  await mkdir(path.dirname(file), { recursive: true });
  const text = existsSync(file) ? readRegularFile(file).toString() : '';
  const handle = await open(file, 'a', 0o644);
  try {
    const known = parseKnownHosts(text).some(
      (host) => host.names === added.names && host.key.equals(added.key) && !host.revoked,
    );
    if (known) return;
    const gap = text === '' || text.endsWith('\n') ? '' : '\n';
    await handle.write(`${gap}${line}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
