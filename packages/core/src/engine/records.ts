import { RecordReader } from './record-reader.js';

/** The most that one record keeps, in bytes; what a host prints beyond it is dropped. */
export const RECORD_LIMIT = 4 * 1024 * 1024;

/** What a framed fragment printed, and how it ended. */
export interface FramedRecord {
  readonly output: string;
  /** Exit status; undefined when its end hasn't come. */
  readonly status: number | undefined;
  /** More came than was kept. */
  readonly truncated: boolean;
}

/** Collects the records of a script's output as it comes. */
export class RecordCollector {
  readonly #chunks = new Map<string, Buffer[]>();
  readonly #sizes = new Map<string, number>();
  readonly #statuses = new Map<string, number>();
  readonly #reader: RecordReader;

  constructor(nonce: string) {
    this.#reader = new RecordReader(nonce, (event) => {
      if (event.type === 'begin') this.#chunks.set(event.record, []);
      else if (event.type === 'end') this.#statuses.set(event.record, event.status);
      else this.#keep(event.record, event.bytes);
    });
  }

  push(chunk: Buffer): void {
    this.#reader.push(chunk);
  }

  get(record: string): FramedRecord | undefined {
    const chunks = this.#chunks.get(record);
    if (!chunks) return undefined;
    return {
      output: Buffer.concat(chunks).toString('utf8'),
      status: this.#statuses.get(record),
      truncated: (this.#sizes.get(record) ?? 0) > RECORD_LIMIT,
    };
  }

  #keep(record: string, bytes: Buffer): void {
    const size = this.#sizes.get(record) ?? 0;
    if (size < RECORD_LIMIT) this.#chunks.get(record)?.push(bytes.subarray(0, RECORD_LIMIT - size));
    this.#sizes.set(record, size + bytes.length);
  }
}
