import { MarkFinder } from '@fairness-deploy/shell';

/** What a {@link RecordReader} finds in a stream of framed records. */
export type RecordEvent =
  | { readonly type: 'begin'; readonly record: string; readonly seconds: number | undefined }
  | { readonly type: 'data'; readonly record: string; readonly bytes: Buffer }
  | {
      readonly type: 'end';
      readonly record: string;
      readonly status: number;
      /** The host's time since boot, if the frame has it. */
      readonly seconds: number | undefined;
    };

const BREAK = 0x0a;

/** The most bytes of a frame's line behind its mark. Our frames are far shorter. */
const LONGEST_FRAME_BYTES = 4096;

/**
 * Finds records in the output of a script: bytes between a line `<nonce> begin <record>
 * [<time>]` and a line `<nonce> end <record> <status> [<time>]`. The newline before an end line is
 * delivered as data: withholding it would delay a step's last line until the next output. Bytes
 * outside of records are dropped. No program that the script starts may be able to guess the nonce.
 */
export class RecordReader {
  readonly #mark: MarkFinder;
  readonly #emit: (event: RecordEvent) => void;
  #record: string | undefined;
  /** What has come of a frame's line behind its mark; undefined outside of one. */
  #line: Buffer | undefined;

  constructor(nonce: string, emit: (event: RecordEvent) => void) {
    this.#mark = new MarkFinder(`${nonce} `);
    this.#emit = emit;
  }

  /**
   * Takes the next bytes, cut anywhere. Passes data on at once unless it could be a mark's
   * beginning.
   */
  push(chunk: Buffer): void {
    let rest: Buffer | undefined = chunk;
    while (rest) rest = this.#line ? this.#readLine(this.#line, rest) : this.#readData(rest);
  }

  #readData(bytes: Buffer): Buffer | undefined {
    const { before, after } = this.#mark.push(bytes);
    if (this.#record !== undefined && before.length > 0) {
      this.#emit({ type: 'data', record: this.#record, bytes: before });
    }
    if (after) this.#line = Buffer.alloc(0);
    return after;
  }

  #readLine(begun: Buffer, bytes: Buffer): Buffer | undefined {
    const line = Buffer.concat([begun, bytes]);
    const stop = line.indexOf(BREAK);
    if (stop === -1) {
      if (line.length > LONGEST_FRAME_BYTES) {
        throw new Error(
          `Cannot read what the host prints: a frame's line is longer than ${String(LONGEST_FRAME_BYTES)} bytes`,
        );
      }
      this.#line = line;
      return undefined;
    }
    this.#line = undefined;
    this.#frame(line.toString('latin1', 0, stop));
    return line.subarray(stop + 1);
  }

  #frame(line: string): void {
    const [kind, record = '', ...rest] = line.split(' ');
    if (kind === 'begin') {
      this.#record = record;
      this.#emit({ type: 'begin', record, seconds: secondsOf(rest[0]) });
    } else if (kind === 'end' && record === this.#record) {
      this.#record = undefined;
      const status = Number.parseInt(rest[0] ?? '', 10);
      this.#emit({ type: 'end', record, status, seconds: secondsOf(rest[1]) });
    }
  }
}

function secondsOf(text: string | undefined): number | undefined {
  const seconds = Number.parseFloat(text ?? '');
  return Number.isNaN(seconds) ? undefined : seconds;
}
