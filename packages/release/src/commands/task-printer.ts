import { printable } from '@fairness-deploy/shell/text';
import type { Mask } from '@fairness-deploy/core/commands';

/** The most bytes of a line that are held back for its end. */
const LONGEST_BYTES = 1024 * 1024;

/** Where a stream of a task goes on the client. */
export interface PrinterOutput {
  readonly isTTY?: boolean;
  write(bytes: Buffer | string): unknown;
}

/**
 * Prints a stream of a task on the client as it comes, with secrets masked: by whole lines, as a
 * secret may come in two parts. Bytes that hold no secret stay as they are, unless a terminal shows
 * them: then control characters are removed.
 */
export class TaskPrinter {
  readonly #output: PrinterOutput;
  readonly #mask: Mask;
  #kept: Buffer[] = [];
  #length = 0;

  constructor(output: PrinterOutput, mask: Mask) {
    this.#output = output;
    this.#mask = mask;
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
    if (this.#output.isTTY) this.#output.write(printable(masked.replaceAll(/\r(?!\n)/g, '\n')));
    else this.#output.write(masked === text ? bytes : masked);
  }
}
