import type { Script } from '../script/sh.js';

/** One step of a job: run as root with `set -eu`, without input, its output kept in the job's log. */
export interface JobStep {
  /** What people see: a resource's address, or `build`. */
  readonly name: string;
  /** Places of earlier steps in the job without whose success this one isn't run. */
  readonly after: readonly number[];
  readonly run: Script;
  /**
   * Takes the step back. When any step of a job fails, the undos of all steps that began
   * run, the last one first: that of the failed step as well, which may have done its work
   * half. So an undo must do no harm when there is nothing to take back.
   */
  readonly undo?: Script;
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
  /** Sorts by time: `20261123T101502-6b1f0c`. Also a folder's name on the host. */
  readonly id: string;
  /** Marks the frames in its log. */
  readonly nonce: string;
  readonly description: JobDescription;
  readonly steps: readonly JobStep[];
  /** Framed reads that are run after the steps, whatever became of them. */
  readonly verify: Script;
  /** Put into the job's folder; steps find its path in `$FD_INPUT`. */
  readonly input?: Uint8Array;
}

/** Exit status of a job that found the lock held. As sysexits.h EX_TEMPFAIL. */
export const LOCK_HELD = 75;
