import type { Script } from '@fairness-deploy/shell';

/**
 * Work on the client while a job's step waits for it.
 *
 * @param say takes lines to report as the step's output
 * @param signal aborts when the job has ended, or can't be followed
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
   * Work that the client does, or waits for, when the job gets to the step. The job waits there
   * (see gate.ts). When it rejects, the step fails with its reason, and `run` doesn't run.
   */
  readonly onClient?: OnClient;
  /**
   * Work that the client does beside the step, which does not wait for it here, and is not told how it
   * ended. Its signal aborts when the step has ended as well.
   */
  readonly beside?: OnClient;
  /** Continues without the client, instead of failing. */
  readonly clientOptional?: boolean;
  /** Places of earlier steps in the job: when one of them failed, this step doesn't run. */
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

/** Who changes a host and why: in the lock and in the job's folder. One line each. */
export interface JobDescription {
  /** `provision`, or `deploy 3f2a1bc`. */
  readonly what: string;
  /** `ana@laptop`. */
  readonly who: string;
  /** ISO 8601, UTC. */
  readonly since: string;
}

/** What a task runs in. */
export interface TaskPlace {
  /** The application's name. */
  readonly application: string;
  /** The release's id. */
  readonly release: string;
}

/** A change of a host that runs detached from the connection, under the host's lock. */
export interface Job {
  /**
   * `20261123T101502-6b1f0c`: the client's time, and a random part. Also a folder's name on the
   * host.
   */
  readonly id: string;
  /** Marks the frames in its log. */
  readonly nonce: string;
  readonly description: JobDescription;
  /** What it does, behind `Cannot`: `run the task npm run seed`. Undefined: what its description says. */
  readonly act?: string;
  /**
   * The id of the release that the job makes live: its log is kept, and found, by it. One line.
   * Undefined: the job is no deployment.
   */
  readonly release?: string;
  /**
   * The job is a task: it runs in a release, beside other jobs and without the host's lock. It
   * changes nothing that they change, and they keep its release: see {@link DEFINE_TASK_RUNS}.
   */
  readonly task?: TaskPlace;
  readonly steps: readonly JobStep[];
  /**
   * Runs last on the host, when all steps have ended or were undone, also without a client.
   * `$FD_FAILED` says whether the job failed (0 or 1; a failed cleanup step doesn't count),
   * `$FD_CANCELLED` whether it was cancelled (0 or 1). `$FD_STEPS` is the path of a file with a
   * line for each step that ran: its place, its status, and when it began and ended, in seconds
   * since the host's start.
   */
  readonly conclude?: Script;
  /** Framed reads that run after the steps, also when the job failed. */
  readonly verify: Script;
  /**
   * The output of MARK (last-change.ts) when the job's plan was made: when the host has changed
   * since, nothing is done. Undefined: the steps find out on the host.
   */
  readonly planned?: string;
  /** Wait while another job holds the lock, instead of giving up. */
  readonly wait?: boolean;
  /** Put into the job's folder; steps find its path in `$FD_INPUT`. */
  readonly input?: Uint8Array;
}

/** Exit status of a job that found the lock held. As sysexits.h EX_TEMPFAIL. */
export const LOCK_HELD = 75;

/** Exit status of a job that was cancelled while it waited for the lock: that of SIGTERM. */
export const CANCELLED = 143;
