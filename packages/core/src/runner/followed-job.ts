import { followJob, type LastJob } from '../engine/last-job.js';
import { jobObserver } from './job-observer.js';
import type { OpenHost } from './on-hosts.js';
import { logOnHost, reportFailedSteps } from './report-failed-steps.js';
import type { Run } from './run.js';
import { taskObserver } from './task-observer.js';

/** Follows a job to its end, and reports its failed steps; of a task, all that it prints. An interruption does the job no harm. */
export async function follow(
  run: Run,
  { host, connection, another }: OpenHost,
  job: LastJob,
): ReturnType<typeof followJob> {
  const observer = job.task
    ? taskObserver(run, host.name, job.id)
    : jobObserver(run, host.name, { mark: job.noticeMark });
  const following = (): ReturnType<typeof followJob> => followJob(connection, job, observer);
  const end = await (job.state === 'running'
    ? run.jobs.during(
        {
          ...{ id: job.id, host: host.name, another, task: job.task },
          ...{ onDetach: 'continues', onCancel: 'end it' },
        },
        following,
      )
    : following());
  // All that it printed has been shown.
  if (job.task) return end;
  reportFailedSteps(run, host.name, job.description.what, {
    steps: end.steps,
    cancelled: end.state === 'cancelled',
    log: logOnHost(host.name, job.id),
  });
  return end;
}
