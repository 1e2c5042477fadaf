/** Reads the files that people name: the one way to do so, in all packages. */
import { closeSync, constants, fstatSync, openSync, readSync, statSync, type Stats } from 'node:fs';
import { devNull } from 'node:os';

const KIB = 1024;
const MIB = 1024 * KIB;

/** Far more than keys, pages and templates have, in bytes. */
export const LARGEST_FILE_BYTES = MIB;

/** Far more than people write into an environment file; the YAML parser's time and memory stay small. */
export const LARGEST_ENVIRONMENT_FILE_BYTES = 256 * KIB;

/** Far more than a team's secrets have, encrypted. */
export const LARGEST_SECRETS_FILE_BYTES = 8 * MIB;

/** A file that is there and isn't read: the message is a clause that says what is the case. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';
}

/**
 * Reads a regular file of a limited size, or what a link to one leads to. A device, a pipe or
 * a socket, which could be read for ever or make us wait for ever, isn't read.
 *
 * @param largest in bytes.
 * @throws UnreadableFile when it is none, or larger; what node:fs throws when it can't be read.
 */
export function readRegularFile(path: string, largest = LARGEST_FILE_BYTES): Buffer {
  // People name it for an empty file: ssh -F /dev/null.
  if (path === devNull) return Buffer.alloc(0);
  // First by its name: to open a device may do something by itself.
  refuseOthers(statSync(path), largest);
  // It may be another file by now; a pipe is opened at once then.
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
