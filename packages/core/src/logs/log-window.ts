import { mergeByTime, type StreamTimes, type Timed } from './merge.js';

/** Milliseconds that a line waits for earlier ones of other logs and hosts. */
const WAIT_MILLISECONDS = 250;
/** Milliseconds that the lines of the beginning wait for those of the slowest host. */
const BEGINNING_MILLISECONDS = 3000;
/** Bytes of waiting lines at which they are shown at once. */
const FULL_BYTES = 1024 * 1024;

/** Shows lines; is done when the reader takes more. Never rejects. */
type Show<Line> = (lines: readonly Line[]) => Promise<void>;

/**
 * Holds lines that come from several logs and hosts back for a moment, and shows them merged by time. What it
 * holds is bounded: who adds lines has to wait while it is full.
 */
export class LogWindow<Line extends Timed> {
  readonly #show: Show<Line>;
  readonly #times: StreamTimes = new Map();
  #lines: Line[] = [];
  /** Bytes of the lines that wait, and of those that are being shown. */
  #waiting = 0;
  #showingBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #showing: Promise<void> = Promise.resolve();
  #isBeginning = true;

  constructor(show: Show<Line>) {
    this.#show = show;
  }

  /** Adds lines. @returns a promise when there are too many: it is fulfilled when more may come. */
  add(lines: readonly Line[], bytes: number): Promise<void> | undefined {
    this.#lines.push(...lines);
    this.#waiting += bytes;
    if (this.#waiting + this.#showingBytes >= FULL_BYTES) return this.flush();
    if (this.#lines.length > 0) {
      const wait = this.#isBeginning ? BEGINNING_MILLISECONDS : WAIT_MILLISECONDS;
      this.#timer ??= setTimeout(() => void this.flush(), wait);
    }
    return undefined;
  }

  /** All hosts have sent what was there at the beginning. */
  endBeginning(): Promise<void> {
    if (!this.#isBeginning) return Promise.resolve();
    this.#isBeginning = false;
    return this.flush();
  }

  /** Shows the lines that wait, behind those of before. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#lines.length === 0) {
      this.#waiting = 0;
      return this.#showing;
    }
    this.#isBeginning = false;
    const lines = mergeByTime(this.#lines, this.#times);
    const bytes = this.#waiting;
    this.#lines = [];
    this.#waiting = 0;
    this.#showingBytes += bytes;
    this.#showing = this.#showing.then(async () => {
      await this.#show(lines);
      this.#showingBytes -= bytes;
    });
    return this.#showing;
  }
}
