import type { FileFrame } from './frames.js';

/** Where the reading of a file goes on: see {@link FileCursors}. */
export interface FileCursor {
  /** Device and inode. */
  readonly id: string;
  /** The offset of the next byte. */
  readonly at: number;
  /** The bytes before it, at most 32: they tell the file from another with the same inode. */
  readonly before: Buffer;
}

/** How many bytes before the offset are kept; as the host's program has it. */
const BEFORE_BYTES = 32;

/** The most files of one path that are kept: rotations would add one each for ever. */
const MOST_FILES = 64;

/** What has come of the files of one path of a log: enough to go on after a lost connection. */
export class FileCursors {
  readonly #files = new Map<string, FileCursor>();

  /** The files, the one that was read last at the end. */
  get all(): readonly FileCursor[] {
    return [...this.#files.values()];
  }

  /** Takes the next frame about this path. */
  take(frame: FileFrame): void {
    switch (frame.kind) {
      case 'known':
        // Not read, so it is older than those that are.
        if (!this.#files.has(frame.id)) this.#putFirst(frame);
        break;
      case 'opened':
        this.#put(frame);
        break;
      case 'data':
        this.#put({
          id: frame.id,
          at: frame.at + frame.bytes.length,
          before: this.#beforeEnd(frame.id, frame.at, frame.bytes),
        });
        break;
      case 'closed':
      case 'copied':
      case 'cut':
      case 'gap':
        break;
    }
  }

  #beforeEnd(id: string, at: number, bytes: Buffer): Buffer {
    if (bytes.length >= BEFORE_BYTES) return copyOfEnd(bytes);
    const old = this.#files.get(id);
    // What was left out in between is not known.
    return old?.at === at ? copyOfEnd(Buffer.concat([old.before, bytes])) : copyOfEnd(bytes);
  }

  #put({ id, at, before }: FileCursor): void {
    this.#files.delete(id);
    this.#files.set(id, { id, at, before });
    const [oldest] = this.#files.keys();
    if (this.#files.size > MOST_FILES && oldest !== undefined) this.#files.delete(oldest);
  }

  #putFirst({ id, at, before }: FileCursor): void {
    const others = this.all;
    this.#files.clear();
    for (const one of [{ id, at, before }, ...others.slice(1 - MOST_FILES)]) {
      this.#files.set(one.id, one);
    }
  }
}

/** A copy, as a few bytes would keep a whole chunk in memory. */
function copyOfEnd(bytes: Buffer): Buffer {
  return Buffer.from(bytes.subarray(-BEFORE_BYTES));
}
