import { cancelJob } from '../engine/cancel-job.js';
import type { StepResult } from '../engine/job-progress.js';
import { findLastJob, followJob, type EndState, type LastJob } from '../engine/last-job.js';
import { localTime } from '../report/local-time.js';
import { jobObserver } from './job-observer.js';
import { onEachHost, type HostEnd, type OpenHost } from './on-hosts.js';
import { reportFailedSteps } from './report-failed-steps.js';
import { tooLateToEnd } from './running-jobs.js';
import type { ExitCode, Run } from './run.js';

/** Follows what runs on each host to its end, or tells how the last job ended. */
export function attach(run: Run): Promise<ExitCode> {
  return onEachHost(run, async (open) => {
    const job = await findLastJob(open.connection);
    if (!job) return { outcome: 'unchanged', summary: 'no job has run on this host yet' };
    say(run, open, `${job.state === 'running' ? 'Following' : 'The last job'}: ${about(job)}`);
    const { steps, state } = await follow(run, open, job);
    return endOf(job, state, steps);
  });
}

/** Ends what runs on each host, which then undoes what it has done, and follows that. */
export function cancel(run: Run): Promise<ExitCode> {
  return onEachHost(run, async (open) => {
    const { host, connection, another } = open;
    const job = await findLastJob(connection);
    if (job?.state !== 'running') {
      return { outcome: 'unchanged', summary: 'no job is running, so there is nothing to cancel' };
    }
    say(run, open, `Cancelling: ${about(job)}`);
    const [{ steps, state }] = await Promise.all([
      follow(run, open, job),
      cancelJob(another, job.id).then((ended) => {
        if (!ended) say(run, open, tooLateToEnd([host.name]));
      }),
    ]);
    const end = endOf(job, state, steps);
    if (state === 'done') {
      return { outcome: 'failed', summary: `${end.summary}; it was too late to cancel it` };
    }
    const spoiled = steps.some(({ undo }) => undo?.status === 'failed');
    return state === 'cancelled' && !spoiled ? { ...end, outcome: 'changed' } : end;
  });
}

function say(run: Run, { host }: OpenHost, text: string): void {
  run.reporter.report({ type: 'notice', host: host.name, text });
}

function about({ description: { what, who, since } }: LastJob): string {
  return `${what}, by ${who} since ${localTime(since)}`;
}

/** Follows a job to its end, and says what went wrong in it. Interrupting that does it no harm. */
async function follow(
  run: Run,
  { host, connection, another }: OpenHost,
  job: LastJob,
): ReturnType<typeof followJob> {
  const following = (): ReturnType<typeof followJob> =>
    followJob(connection, job, jobObserver(run, host.name, job.noticeMark));
  const end = await (job.state === 'running'
    ? run.jobs.during(
        { id: job.id, host: host.name, another, leaving: 'continues', cancelling: 'end it' },
        following,
      )
    : following());
  reportFailedSteps(run, host.name, job.description.what, {
    steps: end.steps,
    cancelled: end.state === 'cancelled',
  });
  return end;
}

function endOf({ description }: LastJob, state: EndState, steps: readonly StepResult[]): HostEnd {
  const what = `"${description.what}"`;
  const done = steps.filter(({ status }) => status === 'done').length;
  const after = `after ${String(done)} of ${String(steps.length)} steps`;
  switch (state) {
    case 'done':
      return steps.some(({ status }) => status === 'failed')
        ? { outcome: 'failed', summary: `${what} succeeded, but a cleanup step failed` }
        : { outcome: 'changed', summary: `${what} succeeded` };
    case 'failed':
      return { outcome: 'failed', summary: `${what} failed ${after}${takenBack(steps)}` };
    case 'cancelled':
      return { outcome: 'failed', summary: `${what} was cancelled ${after}${takenBack(steps)}` };
    case 'cut off':
      return {
        outcome: 'failed',
        summary: `${what} was cut off ${after}: it was killed, or the host lost power; run it again`,
      };
  }
}

function takenBack(steps: readonly StepResult[]): string {
  const undos = steps.flatMap(({ undo }) => undo ?? []);
  if (undos.some(({ status }) => status === 'failed')) return ', and not all steps were undone';
  if (undos.length > 0) return ', and was undone';
  return steps.some(({ status }) => status === 'done') ? '; what was done stays' : '';
}
