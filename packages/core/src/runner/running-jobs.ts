import { cancelJob } from '../engine/cancel-job.js';
import type { Connection } from '@fairness-deploy/shell';

/** For how many milliseconds somebody who leaves is held up: a signal is answered within a second. */
const LEAVING_TIMEOUT_MILLISECONDS = 800;

/** A job that runs on a host. */
export interface RunningJob {
  readonly id: string;
  readonly host: string;
  /** Makes a connection to the host. */
  readonly another: () => Promise<Connection>;
  /** What becomes of it when its client detaches: `continues`, or something else. */
  readonly onDetach: string;
  /** What `cancel` does to it, as an order: `end it`. */
  readonly onCancel: string;
}

/** What is said where cancelling has come too late. */
export function tooLateToEnd(hosts: readonly string[]): string {
  return `Too late to cancel on ${hosts.join(', ')}: the job is already undoing, or about to finish`;
}

/** The jobs that this process has started on hosts and follows. */
export class RunningJobs {
  readonly #jobs = new Set<RunningJob>();
  readonly #whenDetached = new Set<() => Promise<void>>();
  readonly #left = new AbortController();

  /** Is aborted when this process is about to end before its work does. */
  get signal(): AbortSignal {
    return this.#left.signal;
  }

  get all(): readonly RunningJob[] {
    return [...this.#jobs];
  }

  /** Knows the job while it is followed. */
  async during<T>(job: RunningJob, follow: () => Promise<T>): Promise<T> {
    this.#jobs.add(job);
    try {
      return await follow();
    } finally {
      this.#jobs.delete(job);
    }
  }

  /**
   * Has something done when this process ends while jobs run.
   *
   * @returns how that is called off
   */
  whenDetached(task: () => Promise<void>): () => void {
    this.#whenDetached.add(task);
    return () => this.#whenDetached.delete(task);
  }

  /** This process is about to end, and leaves them running. It isn't held up for long. */
  async detach(): Promise<void> {
    this.#left.abort();
    if (this.#jobs.size === 0) return;
    const tasks = [...this.#whenDetached].map((task) => task());
    await Promise.race([
      Promise.allSettled(tasks),
      new Promise((resolve) => setTimeout(resolve, LEAVING_TIMEOUT_MILLISECONDS)),
    ]);
  }

  /**
   * Has all of them undo what they have done. They are followed on to their end.
   *
   * @returns the hosts where there was nothing to end: all is over, or is being undone.
   * @throws ConnectError when a host can't be reached any more.
   */
  async cancel(): Promise<readonly string[]> {
    const over = await Promise.all(
      this.all.map(async ({ id, host, another }) => ((await cancelJob(another, id)) ? [] : [host])),
    );
    return over.flat();
  }
}
