import { cancelJob } from '../engine/cancel-job.js';
import type { Connection } from '@fairness-deploy/shell';

/** The most milliseconds that `leave` may take: a signal must be answered within a second. */
const LEAVING_TIMEOUT_MILLISECONDS = 800;

/** A job that runs on a host. */
export interface RunningJob {
  readonly id: string;
  readonly host: string;
  /** Whether it is a task, which `attach` and `cancel` find by its id. Default: false. */
  readonly task?: boolean;
  /** Makes a connection to the host. */
  readonly another: () => Promise<Connection>;
  /** What the job does when its client detaches: `continues`, or something else. */
  readonly onDetach: string;
  /** What `cancel` does to the job, as an imperative: `end it`. */
  readonly onCancel: string;
}

/** The message when it is too late to cancel. */
export function tooLateToEnd(hosts: readonly string[]): string {
  return `Too late to cancel on ${hosts.join(', ')}: the job is already undoing, or about to finish`;
}

/** The jobs that this process has started on hosts and follows. */
export class RunningJobs {
  readonly #jobs = new Set<RunningJob>();
  readonly #whenDetached = new Set<() => Promise<void>>();
  readonly #undone = new Map<Promise<unknown>, string>();
  readonly #left = new AbortController();

  /** Is aborted when this process is about to end before its work does. */
  get signal(): AbortSignal {
    return this.#left.signal;
  }

  get all(): readonly RunningJob[] {
    return [...this.#jobs];
  }

  /** Lists the job while the work runs. */
  async during<T>(job: RunningJob, follow: () => Promise<T>): Promise<T> {
    this.#jobs.add(job);
    try {
      return await follow();
    } finally {
      this.#jobs.delete(job);
    }
  }

  /**
   * Calls a function when this process ends while jobs run.
   *
   * @returns a function that removes it
   */
  whenDetached(task: () => Promise<void>): () => void {
    this.#whenDetached.add(task);
    return () => this.#whenDetached.delete(task);
  }

  /**
   * Keeps this process until work on this machine is done, also after a signal: work that must not be left
   * half way, such as another program's. It should end soon after {@link signal} is aborted.
   *
   * @param name for people, such as `vagrant up`
   */
  async untilDone<T>(name: string, work: Promise<T>): Promise<T> {
    this.#undone.set(work, name);
    try {
      return await work;
    } finally {
      this.#undone.delete(work);
    }
  }

  /** The names of the work that keeps this process. */
  get undone(): readonly string[] {
    return [...this.#undone.values()];
  }

  /**
   * Detaches from the jobs: this process is about to end. Takes a limited time, and then as long as the work of
   * {@link untilDone}.
   */
  async detach(): Promise<void> {
    this.#left.abort();
    const undone = Promise.allSettled(this.#undone.keys());
    await this.#detachJobs();
    await undone;
  }

  async #detachJobs(): Promise<void> {
    if (this.#jobs.size === 0) return;
    const tasks = [...this.#whenDetached].map((task) => task());
    await Promise.race([
      Promise.allSettled(tasks),
      new Promise((resolve) => setTimeout(resolve, LEAVING_TIMEOUT_MILLISECONDS)),
    ]);
  }

  /**
   * Cancels all jobs, and keeps following them.
   *
   * @returns the hosts where it was too late: the job has ended, or is undoing already.
   * @throws ConnectError when a host can't be reached any more.
   */
  async cancel(): Promise<readonly string[]> {
    const over = await Promise.all(
      this.all.map(async ({ id, host, another }) => ((await cancelJob(another, id)) ? [] : [host])),
    );
    return over.flat();
  }
}
