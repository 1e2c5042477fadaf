/** What a {@link FrameReader} finds in a stream of framed records. */
export type FrameEvent =
  | { readonly type: 'begin'; readonly record: string; readonly seconds: number | undefined }
  | { readonly type: 'data'; readonly record: string; readonly bytes: Buffer }
  | {
      readonly type: 'end';
      readonly record: string;
      readonly status: number;
      /** The host's time since boot, where the frame tells it. */
      readonly seconds: number | undefined;
    };

const BREAK = 0x0a;

/**
 * Finds records in the output of a script: bytes between a line `<nonce> begin <record> [<time>]`
 * and a line `<nonce> end <record> <status> [<time>]`. The line break before an end line belongs
 * to the frame. Bytes outside of records, such as a login banner, are left out; a line
 * without the nonce can't be taken for a frame. The nonce must be unguessable for
 * whatever the script prints.
 */
export class FrameReader {
  readonly #mark: Buffer;
  readonly #emit: (event: FrameEvent) => void;
  #record: string | undefined;
  // A line break is put in front, so that a frame may be the very first line.
  #pending: Buffer = Buffer.from('\n');

  constructor(nonce: string, emit: (event: FrameEvent) => void) {
    this.#mark = Buffer.from(`\n${nonce} `);
    this.#emit = emit;
  }

  /** Takes the next bytes, cut anywhere. */
  push(chunk: Uint8Array): void {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    for (;;) {
      const start = this.#pending.indexOf(this.#mark);
      if (start === -1) break;
      const from = start + this.#mark.length;
      const stop = this.#pending.indexOf(BREAK, from);
      this.#data(this.#pending.subarray(0, start));
      if (stop === -1) {
        this.#pending = this.#pending.subarray(start);
        return;
      }
      this.#frame(this.#pending.toString('latin1', from, stop));
      // A begin line's break is the frame's own; an end line's may begin the next frame.
      this.#pending = this.#pending.subarray(this.#record === undefined ? stop : stop + 1);
    }
    const kept = Math.min(this.#pending.length, this.#mark.length - 1);
    this.#data(this.#pending.subarray(0, this.#pending.length - kept));
    this.#pending = this.#pending.subarray(this.#pending.length - kept);
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

  #data(bytes: Buffer): void {
    if (this.#record !== undefined && bytes.length > 0) {
      this.#emit({ type: 'data', record: this.#record, bytes });
    }
  }
}

function secondsOf(text: string | undefined): number | undefined {
  const seconds = Number.parseFloat(text ?? '');
  return Number.isNaN(seconds) ? undefined : seconds;
}
