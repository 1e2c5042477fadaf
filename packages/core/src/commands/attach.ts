import { findJobs } from '../engine/last-job.js';
import { describeHolder } from '../engine/lock.js';
import { follow } from '../runner/followed-job.js';
import { jobEnd } from '../runner/job-end.js';
import { onEachHost } from '../runner/on-hosts.js';
import type { CommandOptions, ExitCode, Run } from '../runner/run.js';
import { taskEnd } from '../runner/task-end.js';
import { checkJobId, notThere, othersThan, refuseConsole } from './chosen-job.js';

/**
 * Follows the running job of each host to its end, or shows how the last job ended; or does so for
 * one job, by its id.
 */
export async function attach(run: Run<CommandOptions>): Promise<ExitCode> {
  const { job: wanted } = run.options;
  checkJobId('attach to', wanted);
  const having = new Set<string>();
  const code = await onEachHost(run, async (open) => {
    const say = (text: string): void => {
      run.reporter.report({ type: 'notice', host: open.host.name, text });
    };
    const { job, running } = await findJobs(open.connection, wanted);
    if (!job) {
      return wanted === undefined
        ? { outcome: 'unchanged', summary: 'no job has run on this host yet' }
        : notThere(run, 'attach', wanted, running);
    }
    having.add(open.host.name);
    refuseConsole('attach to', job, running);
    const which =
      job.state === 'running' ? 'Following' : wanted === undefined ? 'The last job' : 'The job';
    say(`${which}: ${describeHolder(job.description)}`);
    const others = othersThan(job.id, running);
    if (wanted === undefined && others.length > 0) say(`Also running:\n${others.join('\n')}`);
    const { steps, state, exitStatus } = await follow(run, open, job);
    return job.task ? taskEnd(job, state, exitStatus) : jobEnd(job, state, steps);
  });
  return wanted !== undefined && having.size === 0 ? 1 : code;
}
