import { cancelJob } from '../engine/cancel-job.js';
import { findJobs } from '../engine/last-job.js';
import { describeHolder } from '../engine/lock.js';
import { follow } from '../runner/followed-job.js';
import { jobEnd } from '../runner/job-end.js';
import { onEachHost } from '../runner/on-hosts.js';
import type { CommandOptions, ExitCode, Run } from '../runner/run.js';
import { tooLateToEnd } from '../runner/running-jobs.js';
import { taskEnd } from '../runner/task-end.js';
import { checkJobId, notThere, othersThan } from './chosen-job.js';

/**
 * Cancels the running job of each host, and follows its undo steps; or one job, by its id. A task is
 * only cancelled by its id: it may be another one than the user thinks of.
 */
export async function cancel(run: Run<CommandOptions>): Promise<ExitCode> {
  const { job: wanted } = run.options;
  checkJobId('cancel', wanted);
  const having = new Set<string>();
  const code = await onEachHost(run, async (open) => {
    const { host, connection, another } = open;
    const say = (text: string): void => {
      run.reporter.report({ type: 'notice', host: host.name, text });
    };
    const { job, running } = await findJobs(connection, wanted);
    if (wanted !== undefined && !job) return notThere(run, 'cancel', wanted, running);
    having.add(open.host.name);
    if (job?.state !== 'running' || (wanted === undefined && job.task)) {
      const tasks = othersThan('', running);
      return {
        ...{ outcome: 'unchanged', summary: 'no job is running, so there is nothing to cancel' },
        ...(tasks.length > 0 && {
          hint: `tasks are running; name the one to cancel, as with cancel --job ${running[0]?.id ?? ''}:\n${tasks.join('\n')}`,
        }),
      };
    }
    say(`Cancelling: ${describeHolder(job.description)}`);
    const [{ steps, state, exitStatus }] = await Promise.all([
      follow(run, open, job),
      cancelJob(another, job.id).then((ended) => {
        if (!ended) say(tooLateToEnd([host.name]));
      }),
    ]);
    const end = job.task ? taskEnd(job, state, exitStatus) : jobEnd(job, state, steps);
    if (state === 'done') {
      return { outcome: 'failed', summary: `${end.summary}; it was too late to cancel it` };
    }
    const spoiled = steps.some(({ undo }) => undo?.status === 'failed');
    return state === 'cancelled' && !spoiled ? { ...end, outcome: 'changed' } : end;
  });
  return wanted !== undefined && having.size === 0 ? 1 : code;
}
