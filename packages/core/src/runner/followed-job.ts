import { followJob, type LastJob } from '../engine/last-job.js';
import { jobObserver } from './job-observer.js';
import type { OpenHost } from './on-hosts.js';
import { logOnHost, reportFailedSteps } from './report-failed-steps.js';
import type { Run } from './run.js';

/** Follows a job to its end, and reports its failed steps. An interruption does the job no harm. */
export async function follow(
  run: Run,
  { host, connection, another }: OpenHost,
  job: LastJob,
): ReturnType<typeof followJob> {
  const following = (): ReturnType<typeof followJob> =>
    followJob(connection, job, jobObserver(run, host.name, job.noticeMark));
  const end = await (job.state === 'running'
    ? run.jobs.during(
        { id: job.id, host: host.name, another, onDetach: 'continues', onCancel: 'end it' },
        following,
      )
    : following());
  reportFailedSteps(run, host.name, job.description.what, {
    steps: end.steps,
    cancelled: end.state === 'cancelled',
    log: logOnHost(host.name, job.id),
  });
  return end;
}
