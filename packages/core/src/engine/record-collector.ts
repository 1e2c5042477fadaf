import { Tail } from '@fairness-deploy/shell';
import { RecordReader, type RecordEvent } from './record-reader.js';

/** The most bytes that one record keeps: its end, with the line break that its frame adds. */
export const RECORD_LIMIT_BYTES = 4 * 1024 * 1024;

/** The most bytes that all records of a run keep together; later ones are dropped. */
const TOTAL_LIMIT_BYTES = 64 * 1024 * 1024;

/** The output of a framed script, and how it ended. */
export interface FramedRecord {
  /** All of it, or its end when it is truncated. */
  readonly output: string;
  /** Exit status; undefined when the record has no end. */
  readonly status: number | undefined;
  readonly truncated: boolean;
}

interface Kept {
  readonly output: Tail;
  size: number;
  truncated: boolean;
  status: number | undefined;
}

/** Collects the records of a script's output as it comes. */
export class RecordCollector {
  readonly #records = new Map<string, Kept>();
  readonly #reader: RecordReader;
  #total = 0;

  /** @param observe gets every event, after it was collected. */
  constructor(nonce: string, observe: (event: RecordEvent) => void = () => undefined) {
    this.#reader = new RecordReader(nonce, (event) => {
      this.#take(event);
      observe(event);
    });
  }

  push(chunk: Buffer): void {
    this.#reader.push(chunk);
  }

  get(record: string): FramedRecord | undefined {
    const kept = this.#records.get(record);
    if (!kept) return undefined;
    const { status, truncated } = kept;
    const output = kept.output.toString();
    return { output: status === undefined ? output : output.replace(/\n$/, ''), status, truncated };
  }

  #take(event: RecordEvent): void {
    if (event.type === 'begin') {
      if (this.#total > TOTAL_LIMIT_BYTES) return;
      this.#records.set(event.record, {
        output: new Tail(RECORD_LIMIT_BYTES),
        size: 0,
        truncated: false,
        status: undefined,
      });
      // An empty record costs memory, too.
      this.#total += 1024;
      return;
    }
    const kept = this.#records.get(event.record);
    if (!kept) return;
    if (event.type === 'end') kept.status = event.status;
    else this.#keep(kept, event.bytes);
  }

  #keep(kept: Kept, bytes: Buffer): void {
    const before = Math.min(kept.size, RECORD_LIMIT_BYTES);
    kept.size += bytes.length;
    const more = Math.min(kept.size, RECORD_LIMIT_BYTES) - before;
    kept.truncated ||= kept.size > RECORD_LIMIT_BYTES || this.#total + more > TOTAL_LIMIT_BYTES;
    if (this.#total + more > TOTAL_LIMIT_BYTES) return;
    this.#total += more;
    kept.output.push(bytes);
  }
}
