import { printable } from '@fairness-deploy/shell/text';
import type { Mask } from './masking-reporter.js';

/** The most bytes of a line that are held back for its end. */
const LONGEST_BYTES = 1024 * 1024;

const BREAK = 0x0a;

/** Where a stream of a command goes on the client. */
export interface PrinterOutput {
  readonly isTTY?: boolean;
  write(bytes: Buffer | string): unknown;
}

/**
 * Prints a stream of a command on the client as it comes, with secrets masked: by whole lines, as a
 * secret may come in two parts. Bytes that hold no secret stay as they are, unless a terminal shows
 * them: then control characters are removed.
 */
export class StreamPrinter {
  readonly #output: PrinterOutput;
  readonly #mask: Mask;
  readonly #prefix: Buffer;
  #kept: Buffer[] = [];
  #length = 0;

  /**
   * @param prefix stands before each line, which then ends with a line break: lines of several hosts go to
   *   one output. Default: none.
   */
  constructor(output: PrinterOutput, mask: Mask, prefix = '') {
    this.#output = output;
    this.#mask = mask;
    this.#prefix = Buffer.from(prefix);
  }

  push(bytes: Buffer): void {
    // A carriage return at the end may be half of a line break.
    const end = Math.max(bytes.lastIndexOf('\n'), bytes.lastIndexOf('\r', -2)) + 1;
    if (end > 0) {
      this.#kept.push(bytes.subarray(0, end));
      this.end();
    }
    // A copy, as these few bytes would keep the whole chunk in memory.
    const rest = Buffer.from(bytes.subarray(end));
    this.#kept.push(rest);
    this.#length += rest.length;
    if (this.#length > LONGEST_BYTES) this.end();
  }

  /** Prints what has come of the last line. */
  end(): void {
    const bytes = Buffer.concat(this.#kept);
    this.#kept = [];
    this.#length = 0;
    if (bytes.length === 0) return;
    const text = bytes.toString();
    const masked = this.#mask(text);
    const isPlain = masked === text && !this.#output.isTTY;
    const shown = this.#output.isTTY ? printable(masked.replaceAll(/\r(?!\n)/g, '\n')) : masked;
    if (this.#prefix.length === 0) this.#output.write(isPlain ? bytes : shown);
    else this.#output.write(this.#prefixed(isPlain ? bytes : Buffer.from(shown)));
  }

  #prefixed(bytes: Buffer): Buffer {
    const parts: Buffer[] = [];
    for (let from = 0; from < bytes.length;) {
      const found = bytes.indexOf(BREAK, from);
      const to = found === -1 ? bytes.length : found;
      parts.push(this.#prefix, bytes.subarray(from, to), Buffer.of(BREAK));
      from = to + 1;
    }
    return Buffer.concat(parts);
  }
}
