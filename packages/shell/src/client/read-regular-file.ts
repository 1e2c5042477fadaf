/** Reads files whose names people choose: all packages use it. */
import { closeSync, constants, fstatSync, openSync, readSync, statSync, type Stats } from 'node:fs';
import { devNull } from 'node:os';

const KIB = 1024;
const MIB = 1024 * KIB;

/** In bytes; keys, pages and templates are far smaller. */
export const LARGEST_FILE_BYTES = MIB;

/** In bytes; an environment file is far smaller. Keeps the YAML parser's time and memory small. */
export const LARGEST_ENVIRONMENT_FILE_BYTES = 256 * KIB;

/** In bytes; a team's encrypted secrets are far smaller. */
export const LARGEST_SECRETS_FILE_BYTES = 8 * MIB;

/** An existing file that isn't read: the message is a clause that says why. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';
}

/**
 * Reads a regular file of a limited size, or the target of a link to one. Refuses a device, a pipe
 * or a socket, on which reading could go on or wait without end.
 *
 * @param largest in bytes.
 * @throws UnreadableFile when it is none, or larger; node:fs's error when it can't be read.
 */
export function readRegularFile(path: string, largest = LARGEST_FILE_BYTES): Buffer {
  // People name it for an empty file: ssh -F /dev/null.
  if (path === devNull) return Buffer.alloc(0);
  // First by its name: opening a device may have an effect.
  refuseOthers(statSync(path), largest);
  // It may be another file by now; a pipe is opened without waiting then.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    refuseOthers(fstatSync(file), largest);
    return readUpTo(file, largest);
  } finally {
    closeSync(file);
  }
}

function refuseOthers(stat: Stats, largest: number): void {
  if (stat.isDirectory()) throw new UnreadableFile('it is a folder, expected a file');
  if (!stat.isFile()) throw new UnreadableFile('it is not an ordinary file');
  if (stat.size > largest) throw tooLarge(String(stat.size), largest);
}

/** A file may grow, and those of /proc have no size. */
function readUpTo(file: number, largest: number): Buffer {
  const chunks: Buffer[] = [];
  for (let left = largest + 1; left > 0;) {
    const chunk = Buffer.allocUnsafe(Math.min(left, 64 * KIB));
    const read = readSync(file, chunk);
    if (read === 0) return Buffer.concat(chunks);
    chunks.push(chunk.subarray(0, read));
    left -= read;
  }
  throw tooLarge('more', largest);
}

function tooLarge(size: string, largest: number): UnreadableFile {
  const most =
    largest % MIB === 0 ? `${String(largest / MIB)} MiB` : `${String(largest / KIB)} KiB`;
  return new UnreadableFile(`it has ${size} bytes, expected at most ${most}`);
}
