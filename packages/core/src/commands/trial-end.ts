/** How a change on trial ends, for people: see ADR 25. */
import { setTimeout as sleep } from 'node:timers/promises';
import { failureOf, printedError, type Failure } from '@fairness-deploy/shell/text';
import type { Connection } from '@fairness-deploy/shell';
import type { ChangeResult, ProvisionResult } from '../engine/apply-plan.js';
import { pauseAfter } from '../engine/confirm-trial.js';
import { findJobs } from '../engine/last-job.js';
import { type JobLostError } from '../engine/run-job.js';
import { TRIAL_BEGUN } from '../resource-parts/trial.js';
import { TRIAL_SECONDS } from '../resource-parts/trial-units.js';
import { follow } from '../runner/followed-job.js';
import { jobEnd } from '../runner/job-end.js';
import type { HostEnd, OpenHost } from '../runner/on-hosts.js';
import type { Run } from '../runner/run.js';

/** How long the client tries to reach a host again: longer than a trial, with a slow connection. */
const REACH_MILLISECONDS = (TRIAL_SECONDS + 45) * 1000;

/** The words of the host for a change that it has not kept; undefined when it did not come so far. */
export function trialFailure({
  onTrial,
  output,
}: ChangeResult): (Failure & { readonly details?: string }) | undefined {
  if (!onTrial) return undefined;
  const at = `\n${output}`.lastIndexOf('\nCannot ');
  if (at === -1) return undefined;
  const failure = failureOf(printedError(output.slice(at).trim()));
  const details = output.slice(0, at).trim();
  // It came as far as the trial: what was said before is about waiting.
  return details.includes(TRIAL_BEGUN) ? failure : { ...failure, details };
}

/** What becomes of a change on trial whose job was killed; undefined when there is none. */
export function trialHint({ changes }: ProvisionResult): string | undefined {
  const tried = changes.find(({ onTrial, status }) => onTrial && status === 'failed');
  return (
    tried &&
    `${tried.address} was on trial: the host restores the old state within ${String(TRIAL_SECONDS)} s, unless it was confirmed. Then run the same command again`
  );
}

/**
 * Follows a job again whose connection was lost: a change on trial may have cut it, and the host can be reached
 * when it has restored the old state.
 *
 * @throws the error that it was lost by, when the host can't be reached again or does not know the job.
 */
export async function followAgain(run: Run, open: OpenHost, lost: JobLostError): Promise<HostEnd> {
  const { name: host } = open.host;
  const text = `The connection was lost while a change was on trial: the host restores the old state within ${String(TRIAL_SECONDS)} s. Connecting again`;
  run.reporter.report({ type: 'notice', host, text });
  const connection = await reachAgain(open);
  if (!connection) throw lost;
  try {
    const { job } = await findJobs(connection, lost.jobId);
    if (!job) throw lost;
    const { steps, state } = await follow(run, { ...open, connection }, job);
    return jobEnd(job, state, steps);
  } finally {
    await connection.close();
  }
}

async function reachAgain(open: OpenHost): Promise<Connection | undefined> {
  const signal = AbortSignal.timeout(REACH_MILLISECONDS);
  let failures = 0;
  while (!signal.aborted) {
    try {
      return await open.another(signal);
    } catch (error) {
      failures += 1;
      await sleep(pauseAfter(error, failures), undefined, { signal }).catch(() => undefined);
    }
  }
  return undefined;
}
