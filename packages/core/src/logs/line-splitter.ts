const BREAK = 0x0a;

/** The most bytes of a line that are kept. */
export const LONGEST_LINE_BYTES = 64 * 1024;

/** Stands for what is missing of a line. */
const CUT = '…';

/** Makes lines of the bytes of a file, cut anywhere. A line without its end is held back. */
export class LineSplitter {
  #held: Buffer[] = [];
  #length = 0;
  #begun = false;
  #tooLong = false;
  readonly #limit: number;

  /** @param limit how many bytes of a line are kept */
  constructor(limit = LONGEST_LINE_BYTES) {
    this.#limit = limit;
  }

  /** The next line begins before the first byte. */
  cut(): void {
    this.#begun = true;
  }

  /** @returns the lines that are complete now, without their breaks. */
  read(bytes: Buffer): readonly string[] {
    const lines: string[] = [];
    let at = 0;
    for (;;) {
      const end = bytes.indexOf(BREAK, at);
      if (end === -1) break;
      this.#hold(bytes.subarray(at, end));
      lines.push(this.#line());
      at = end + 1;
    }
    // A copy, as the rest would keep the whole chunk in memory.
    if (at < bytes.length) this.#hold(Buffer.from(bytes.subarray(at)));
    return lines;
  }

  /** Something is missing here: the line that was begun can't be completed. */
  skip(): void {
    if (this.#length > 0) this.#tooLong = true;
  }

  /** @returns what is held back, as a line. */
  end(): readonly string[] {
    return this.#length === 0 && !this.#begun ? [] : [this.#line()];
  }

  /** Goes on with what another one has held back. */
  follow(other: LineSplitter): void {
    this.#held = other.#held;
    this.#length = other.#length;
    this.#begun = other.#begun;
    this.#tooLong = other.#tooLong;
    other.#reset();
  }

  #hold(bytes: Buffer): void {
    const room = this.#limit - this.#length;
    if (bytes.length > room) this.#tooLong = true;
    if (room <= 0 || bytes.length === 0) return;
    const kept = bytes.length > room ? Buffer.from(bytes.subarray(0, room)) : bytes;
    this.#held.push(kept);
    this.#length += kept.length;
  }

  #line(): string {
    const whole = this.#held.length === 1 ? this.#held[0] : Buffer.concat(this.#held);
    const text = (whole ?? Buffer.alloc(0)).toString('utf8').replace(/\r$/, '');
    const line = `${this.#begun ? CUT : ''}${text}${this.#tooLong ? CUT : ''}`;
    this.#reset();
    return line;
  }

  #reset(): void {
    this.#held = [];
    this.#length = 0;
    this.#begun = false;
    this.#tooLong = false;
  }
}
