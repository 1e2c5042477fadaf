import { type Readable, type Writable } from 'node:stream';

/** Timers are this much too early or too late, in milliseconds. */
const TIMER_PRECISION_MILLISECONDS = 0.5;

interface Entry {
  /** undefined stands for the end. */
  readonly chunk: Buffer | undefined;
  readonly due: number;
}

/**
 * One direction of a connection: every chunk leaves `delay` milliseconds after it came, in
 * order, however many are on their way, so that latency costs no bandwidth.
 */
export class DelayedPipe {
  readonly #queue: Entry[] = [];
  #timer: NodeJS.Timeout | undefined;
  #target: Writable | undefined;

  constructor(source: Readable, delay: number) {
    const add = (chunk: Buffer | undefined): void => {
      this.#queue.push({ chunk, due: performance.now() + delay });
      this.#wait();
    };
    source.on('data', add);
    source.on('end', () => {
      add(undefined);
    });
  }

  /** Says where to; chunks that are due already leave now. */
  to(target: Writable): void {
    this.#target = target;
    this.#wait();
  }

  #wait(): void {
    const first = this.#queue[0];
    const target = this.#target;
    if (!first || !target || this.#timer !== undefined) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#send(target);
        this.#wait();
      },
      Math.max(0, Math.round(first.due - performance.now())),
    );
  }

  #send(target: Writable): void {
    const now = performance.now() + TIMER_PRECISION_MILLISECONDS;
    for (let first = this.#queue[0]; first && first.due <= now; first = this.#queue[0]) {
      this.#queue.shift();
      if (first.chunk === undefined) target.end();
      else target.write(first.chunk);
    }
  }
}
