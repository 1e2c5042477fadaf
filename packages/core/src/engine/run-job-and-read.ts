import type { Connection, Script } from '@fairness-deploy/shell';
import { framedRead } from './framed.js';
import type { Job } from './job.js';
import type { JobObserver } from './job-progress.js';
import { readOutput } from './read-output.js';
import { runJob, type JobResult } from './run-job.js';

/** How a job ended, and what its host is like then. */
export interface JobReading extends JobResult {
  /**
   * What the script printed; undefined when the job was cut off before.
   *
   * @param what is read, for the message: `the releases`
   * @throws Error when the script failed.
   */
  readonly state: (what: string) => string | undefined;
}

/**
 * Runs a job and then reads a state, in one round trip.
 *
 * @param read prints the state, whatever became of the job
 * @param connect makes one more connection: see {@link runJob}
 * @throws LockHeldError and JobLostError as {@link runJob} does.
 */
export async function runJobAndRead(
  connection: Connection,
  job: Omit<Job, 'verify'>,
  read: Script,
  observer?: JobObserver,
  connect?: () => Promise<Connection>,
): Promise<JobReading> {
  const verify = framedRead(job.nonce, STATE_RECORD, read);
  const result = await runJob(connection, { ...job, verify }, observer, connect);
  return {
    ...result,
    state: (what) =>
      result.finished
        ? readOutput(result.records, STATE_RECORD, `${what} of ${connection.target.name}`)
        : undefined,
  };
}

const STATE_RECORD = 'state';
