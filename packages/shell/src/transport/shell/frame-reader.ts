import { MarkFinder } from '../../stream/mark-finder.js';

/**
 * Finds the output of one run in a stream: the bytes between a line `<nonce> begin` and `<nonce>
 * end <status>`. Drops bytes outside, such as a banner or the output of an earlier run's child.
 * Only a line with the nonce is a frame. Not core's RecordReader, which continues after an end:
 * here the first end is the last, whatever is printed after it.
 */
export class FrameReader {
  readonly #begin: MarkFinder;
  readonly #end: MarkFinder;
  readonly #data: (bytes: Buffer) => void;
  #state: 'before' | 'within' | 'ending' | 'after' = 'before';
  #last = '';

  constructor(nonce: string, data: (bytes: Buffer) => void) {
    this.#begin = new MarkFinder(`${nonce} begin\n`);
    this.#end = new MarkFinder(`${nonce} end `);
    this.#data = data;
  }

  /**
   * Takes the next bytes, cut anywhere.
   *
   * @returns the exit status as soon as the end is there.
   */
  push(chunk: Buffer): number | undefined {
    let rest: Buffer | undefined = chunk;
    if (this.#state === 'before') {
      rest = this.#begin.push(rest).after;
      if (rest === undefined) return undefined;
      this.#state = 'within';
    }
    if (this.#state === 'within') {
      const { before, after } = this.#end.push(rest);
      if (before.length > 0) this.#data(before);
      if (after === undefined) return undefined;
      this.#state = 'ending';
      rest = after;
    }
    return this.#state === 'ending' ? this.#status(rest) : undefined;
  }

  #status(bytes: Buffer): number | undefined {
    // A status has three digits at most; more than that is not kept.
    this.#last = (this.#last + bytes.toString('latin1', 0, 4)).slice(0, 4);
    const [, status] = /^(\d{1,3})\n/.exec(this.#last) ?? [];
    if (status === undefined) return undefined;
    this.#state = 'after';
    return Number(status);
  }
}
