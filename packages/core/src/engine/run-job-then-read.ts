import type { Connection, Script } from '@fairness-deploy/shell';
import { framedRead } from './framed.js';
import type { Job } from './job.js';
import type { JobObserver } from './job-progress.js';
import { outputIn, type ScriptOutput } from './script-output.js';
import { runJob, type JobResult } from './run-job.js';

/** How a job ended, and the output of the read after it. */
export interface JobThenOutput extends JobResult {
  /** The output of the script, or why it failed; undefined when the job was cut off before. */
  readonly read: ScriptOutput | undefined;
}

/**
 * Runs a job and then a read, in one round trip.
 *
 * @param read runs after the job, whether that failed or not
 * @param connect makes one more connection: see {@link runJob}
 * @throws LockHeldError and JobLostError as {@link runJob} does.
 */
export async function runJobThenRead(
  connection: Connection,
  job: Omit<Job, 'verify'>,
  read: Script,
  observer?: JobObserver,
  connect?: () => Promise<Connection>,
): Promise<JobThenOutput> {
  const verify = framedRead(job.nonce, READ_RECORD, read);
  const result = await runJob(connection, { ...job, verify }, observer, connect);
  return {
    ...result,
    read: result.finished ? outputIn(result.records, READ_RECORD) : undefined,
  };
}

const READ_RECORD = 'read';
