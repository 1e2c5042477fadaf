import type { JobStep } from './job.js';

/** The client's work beside the running step of a job. */
export class WorkBeside {
  readonly #steps: readonly JobStep[];
  readonly #say: (name: string, line: string) => void;
  #running = new AbortController();

  /** @param say takes lines to report as a step's output, by the step's name */
  constructor(steps: readonly JobStep[], say: (name: string, line: string) => void) {
    this.#steps = steps;
    this.#say = say;
  }

  stepStarted(at: number): void {
    const step = this.#steps[at];
    if (!step?.beside) return;
    this.#running = new AbortController();
    const { signal } = this.#running;
    const say = (line: string): void => {
      if (!signal.aborted) this.#say(step.name, line);
    };
    // The step on the host finds out by itself.
    step.beside(say, signal).catch(() => undefined);
  }

  /** The step has ended, or nobody knows how it goes. */
  stop(): void {
    this.#running.abort();
  }
}
