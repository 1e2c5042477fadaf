const NOTHING = Buffer.alloc(0);

/** The bytes in front of a mark, and those behind it when it has been found. */
export interface Found {
  readonly before: Buffer;
  readonly after: Buffer | undefined;
}

/** Finds a byte string in a stream whose chunks are cut anywhere. */
export class MarkFinder {
  readonly #mark: Buffer;
  #kept = NOTHING;

  constructor(mark: string) {
    this.#mark = Buffer.from(mark);
  }

  /** Takes the next bytes; holds back bytes that could be the mark's beginning. */
  push(chunk: Buffer): Found {
    const bytes = this.#kept.length === 0 ? chunk : Buffer.concat([this.#kept, chunk]);
    const at = bytes.indexOf(this.#mark);
    if (at !== -1) {
      this.#kept = NOTHING;
      return { before: bytes.subarray(0, at), after: bytes.subarray(at + this.#mark.length) };
    }
    const clear = bytes.length - this.#begun(bytes);
    // A copy, as these few bytes would keep the whole chunk in memory.
    this.#kept = Buffer.from(bytes.subarray(clear));
    return { before: bytes.subarray(0, clear), after: undefined };
  }

  /** How many bytes at the end are the beginning of a mark. */
  #begun(bytes: Buffer): number {
    let length = Math.min(bytes.length, this.#mark.length - 1);
    while (!bytes.subarray(bytes.length - length).equals(this.#mark.subarray(0, length))) {
      length -= 1;
    }
    return length;
  }
}
