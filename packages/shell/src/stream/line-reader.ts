import { StringDecoder } from 'node:string_decoder';

/** The most characters of a line that are kept. */
const LONGEST_CHARACTERS = 2000;

/** Reads text as lines from a stream whose chunks are cut anywhere. */
export class LineReader {
  readonly #decoder = new StringDecoder('utf8');
  #begun = '';

  /** @returns the lines that are now complete and not blank, each without its line break. */
  read(bytes: Buffer): readonly string[] {
    const lines = (this.#begun + this.#decoder.write(bytes)).split(/[\r\n]+/);
    this.#begun = (lines.pop() ?? '').slice(0, LONGEST_CHARACTERS);
    return lines
      .filter((line) => line.trim() !== '')
      .map((line) => line.slice(0, LONGEST_CHARACTERS));
  }

  /** @returns the last line, when the stream has ended without a line break. */
  end(): readonly string[] {
    return this.read(Buffer.from('\n'));
  }
}
