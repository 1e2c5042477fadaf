/** Reads what SSH sends: numbers of four bytes, and texts with their length before them (RFC 4251, 5). */
export class SshReader {
  #at = 0;

  constructor(readonly bytes: Buffer) {}

  /** @throws RangeError when the bytes end before. */
  number(): number {
    const value = this.bytes.readUInt32BE(this.#at);
    this.#at += 4;
    return value;
  }

  /** @throws RangeError when the bytes end before. */
  bytesOf(length: number): Buffer {
    if (length > this.bytes.length - this.#at) throw new RangeError('the key ends too early');
    const found = this.bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return found;
  }

  /** @throws RangeError when the bytes end before. */
  string(): Buffer {
    return this.bytesOf(this.number());
  }

  get rest(): Buffer {
    return this.bytes.subarray(this.#at);
  }
}

/** The type of a public key (RFC 4253, 6.6), its first string; `unknown` when that can't be one. */
export function keyType(blob: Buffer): string {
  try {
    const type = new SshReader(blob).string().toString('latin1');
    return /^[a-z0-9@.-]{1,64}$/.test(type) ? type : 'unknown';
  } catch {
    // It ends too early.
    return 'unknown';
  }
}

/** A text with its length before it. */
export function sshString(content: Uint8Array | string): Buffer {
  const bytes = Buffer.from(content as string);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
