/** Timers are this much too early or too late, in milliseconds. */
const PRECISION = 0.5;

/**
 * One direction of a connection: every chunk leaves `delay` milliseconds after it came, in
 * order, however many are on their way, so that latency costs no bandwidth.
 */
export class DelayedPipe {
  #queue = [];
  #timer;
  #target;

  constructor(source, delay) {
    const add = (chunk) => {
      this.#queue.push({ chunk, due: performance.now() + delay });
      this.#wait();
    };
    source.on('data', add);
    // undefined stands for the end.
    source.on('end', () => {
      add(undefined);
    });
  }

  /** Says where to; chunks that are due already leave now. */
  to(target) {
    this.#target = target;
    this.#wait();
  }

  #wait() {
    const first = this.#queue[0];
    if (!first || !this.#target || this.#timer !== undefined) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#send();
        this.#wait();
      },
      Math.max(0, Math.round(first.due - performance.now())),
    );
  }

  #send() {
    const now = performance.now() + PRECISION;
    while (this.#queue[0]?.due <= now) {
      const { chunk } = this.#queue.shift();
      if (chunk === undefined) this.#target.end();
      else this.#target.write(chunk);
    }
  }
}
