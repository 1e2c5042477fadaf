import { findLastJob } from '../engine/last-job.js';
import { describeHolder } from '../engine/lock.js';
import { follow } from '../runner/followed-job.js';
import { jobEnd } from '../runner/job-end.js';
import { onEachHost } from '../runner/on-hosts.js';
import type { ExitCode, Run } from '../runner/run.js';

/** Follows the running job of each host to its end, or shows how the last job ended. */
export function attach(run: Run): Promise<ExitCode> {
  return onEachHost(run, async (open) => {
    const job = await findLastJob(open.connection);
    if (!job) return { outcome: 'unchanged', summary: 'no job has run on this host yet' };
    const which = job.state === 'running' ? 'Following' : 'The last job';
    run.reporter.report({
      ...{ type: 'notice', host: open.host.name },
      text: `${which}: ${describeHolder(job.description)}`,
    });
    const { steps, state } = await follow(run, open, job);
    return jobEnd(job, state, steps);
  });
}
