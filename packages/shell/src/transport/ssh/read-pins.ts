import { readRegularFile } from '../../client/read-regular-file.js';
import { ConnectError } from '../errors.js';
import { badLines, parseKnownHosts } from './known-hosts.js';
import type { Pins } from './log-in.js';

/**
 * The pinned host keys of a file; none when it is absent.
 *
 * @throws ConnectError when it can't be read, or has a line that can't be understood.
 */
export function readPins(file: string): Pins {
  const text = readKnownHosts(file);
  const [line] = badLines(text);
  if (line === undefined) return { file, hosts: parseKnownHosts(text) };
  // Without this line, it might be the one that pins the host, or that revokes a key.
  throw new ConnectError(
    'configuration',
    `Cannot read the pinned host keys: ${file}:${String(line)} is not "<host> <type> <key>"`,
    { hint: 'Correct that line, or remove it and pin the key again with ping' },
  );
}

function readKnownHosts(file: string): string {
  try {
    return readRegularFile(file).toString();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return '';
    }
    throw new ConnectError(
      'configuration',
      `Cannot read the pinned host keys: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}
