import type { Script } from '@fairness-deploy/shell';

/**
 * What happens on the client while a job's step waits for it.
 *
 * @param say takes what is to be reported as the step's output, by lines
 * @param signal tells that nobody waits for it any more: the job has ended, or can't be followed
 */
export type OnClient = (say: (line: string) => void, signal: AbortSignal) => Promise<void>;

/**
 * One step of a job: run as root with `set -eu`, without input, its output kept in the job's log.
 * It finds the job's own folder in `$FD_JOB`, to keep files in as long as the job's log is kept.
 */
export interface JobStep {
  /** What people see: a resource's address, or `build`. */
  readonly name: string;
  /**
   * What the client has to do or to wait for when the host gets to the step, which stays there
   * until then (see gate.ts); when it rejects, the step fails, says why, and `run` isn't run.
   */
  readonly onClient?: OnClient;
  /** Goes on without the client when that is gone, instead of failing. */
  readonly clientOptional?: boolean;
  /** Places of earlier steps in the job without whose success this one isn't run. */
  readonly after: readonly number[];
  readonly run: Script;
  /**
   * Undoes the step. When any step of a job fails, the undos of all steps that began run, the last
   * one first: that of the failed step as well, which may have done half of its work. So an undo must
   * do no harm when there is nothing to undo.
   */
  readonly undo?: Script;
  /**
   * A cleanup step: it runs after the work has succeeded. From the first of them on, the job can't be
   * cancelled. One that fails is reported and undoes nothing; the cleanup steps behind it don't run.
   * But when a later step that is no cleanup step fails, the job undoes all steps, these included.
   */
  readonly cleanup?: boolean;
}

/** Whether a job with these steps can't finish without its client. */
export function needsClient(
  steps: readonly Pick<JobStep, 'onClient' | 'clientOptional'>[],
): boolean {
  return steps.some(({ onClient, clientOptional }) => onClient && !clientOptional);
}

/** Who changes a host and why: kept in the lock and in the job's folder. One line each. */
export interface JobDescription {
  /** `provision`, or `deploy 3f2a1bc`. */
  readonly what: string;
  /** `ana@laptop`. */
  readonly who: string;
  /** ISO 8601, UTC. */
  readonly since: string;
}

/** What runs on a host detached from the connection, under the host's lock. */
export interface Job {
  /** `20261123T101502-6b1f0c`: when, by the client's clock, and chance. Also a folder's name on the host. */
  readonly id: string;
  /** Marks the frames in its log. */
  readonly nonce: string;
  readonly description: JobDescription;
  readonly steps: readonly JobStep[];
  /**
   * Run once all steps have ended, or were undone, whatever became of them: a last word on
   * the host itself, as the client may be gone. It finds in `$FD_FAILED` whether the job failed
   * (0 or 1; a failed cleanup step doesn't count), in `$FD_CANCELLED` whether that is because it was
   * told to end (0 or 1), and in `$FD_STEPS` the path of a file with a line for each step that was
   * run: its place, its status, and when it began and ended, in seconds since the host's start.
   */
  readonly conclude?: Script;
  /** Framed reads that are run after the steps, whatever became of them. */
  readonly verify: Script;
  /**
   * What MARK (last-change.ts) printed when the plan was made that the job applies: where the host
   * has been changed since, nothing is done. Undefined: the steps find out by themselves.
   */
  readonly planned?: string;
  /** Wait for the lock, where another job holds it, instead of giving up. */
  readonly wait?: boolean;
  /** Put into the job's folder; steps find its path in `$FD_INPUT`. */
  readonly input?: Uint8Array;
}

/** Exit status of a job that found the lock held. As sysexits.h EX_TEMPFAIL. */
export const LOCK_HELD = 75;

/** Exit status of a job that was cancelled while it waited for the lock: that of SIGTERM. */
export const CANCELLED = 143;
