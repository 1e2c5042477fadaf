/** Keeps the end of a stream. */
export class Tail {
  readonly #limit: number;
  #chunks: Buffer[] = [];
  #length = 0;

  /** @param limit how many bytes are kept. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    // Twice the limit may be held, so that not every chunk is a copy.
    if (this.#length > 2 * this.#limit) this.#cut();
  }

  /** The last bytes as text; bytes that aren't UTF-8 become U+FFFD. */
  toString(): string {
    this.#cut();
    return Buffer.concat(this.#chunks).toString('utf8');
  }

  #cut(): void {
    const whole = Buffer.concat(this.#chunks);
    const kept = Buffer.from(whole.subarray(Math.max(0, whole.length - this.#limit)));
    this.#chunks = [kept];
    this.#length = kept.length;
  }
}
