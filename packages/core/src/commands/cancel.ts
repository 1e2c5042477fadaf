import { cancelJob } from '../engine/cancel-job.js';
import { findLastJob } from '../engine/last-job.js';
import { describeHolder } from '../engine/lock.js';
import { follow } from '../runner/followed-job.js';
import { jobEnd } from '../runner/job-end.js';
import { onEachHost } from '../runner/on-hosts.js';
import type { ExitCode, Run } from '../runner/run.js';
import { tooLateToEnd } from '../runner/running-jobs.js';

/** Cancels the running job of each host, and follows its undo steps. */
export function cancel(run: Run): Promise<ExitCode> {
  return onEachHost(run, async (open) => {
    const { host, connection, another } = open;
    const say = (text: string): void => {
      run.reporter.report({ type: 'notice', host: host.name, text });
    };
    const job = await findLastJob(connection);
    if (job?.state !== 'running') {
      return { outcome: 'unchanged', summary: 'no job is running, so there is nothing to cancel' };
    }
    say(`Cancelling: ${describeHolder(job.description)}`);
    const [{ steps, state }] = await Promise.all([
      follow(run, open, job),
      cancelJob(another, job.id).then((ended) => {
        if (!ended) say(tooLateToEnd([host.name]));
      }),
    ]);
    const end = jobEnd(job, state, steps);
    if (state === 'done') {
      return { outcome: 'failed', summary: `${end.summary}; it was too late to cancel it` };
    }
    const spoiled = steps.some(({ undo }) => undo?.status === 'failed');
    return state === 'cancelled' && !spoiled ? { ...end, outcome: 'changed' } : end;
  });
}
