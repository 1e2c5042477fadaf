import { mergeByTime, type StreamTimes, type Timed } from './merge.js';

/** Milliseconds that a line waits for earlier ones of other logs and hosts. */
const WAIT_MILLISECONDS = 250;
/** Milliseconds that the lines of the beginning wait for those of the slowest host. */
const BEGINNING_MILLISECONDS = 3000;
/** Bytes of waiting lines at which they are shown at once. */
const FULL_BYTES = 4 * 1024 * 1024;

/** Shows lines in the order of their times. @returns when the reader takes more. */
type Show<Line> = (lines: readonly Line[]) => Promise<void>;

/**
 * Holds lines that come from several logs and hosts back for a moment, and shows them merged by time. What it
 * holds is bounded: who adds lines has to wait while it is full.
 */
export class LogWindow<Line extends Timed> {
  readonly #show: Show<Line>;
  readonly #times: StreamTimes = new Map();
  #lines: Line[] = [];
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #showing: Promise<void> = Promise.resolve();
  #isBeginning = true;

  constructor(show: Show<Line>) {
    this.#show = show;
  }

  /** Adds lines. @returns a promise when there are too many: it is fulfilled when more may come. */
  add(lines: readonly Line[], bytes: number): Promise<void> | undefined {
    this.#lines.push(...lines);
    this.#bytes += bytes;
    if (this.#bytes >= FULL_BYTES) return this.flush();
    if (this.#lines.length > 0) {
      const wait = this.#isBeginning ? BEGINNING_MILLISECONDS : WAIT_MILLISECONDS;
      // A failure to show is the next caller's: see flush.
      this.#timer ??= setTimeout(() => void this.flush().catch(() => undefined), wait);
    }
    return undefined;
  }

  /** All hosts have sent what was there at the beginning. */
  endBeginning(): Promise<void> {
    if (!this.#isBeginning) return Promise.resolve();
    this.#isBeginning = false;
    return this.flush();
  }

  /** Shows the lines that wait. @throws what showing them throws, now or before. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isBeginning &&= this.#lines.length === 0;
    const lines = mergeByTime(this.#lines, this.#times);
    this.#lines = [];
    this.#bytes = 0;
    this.#showing = this.#showing.then(() => this.#show(lines));
    return this.#showing;
  }
}
