import { cancelJob } from '../engine/cancel-job.js';
import type { StepResult } from '../engine/job-progress.js';
import { findLastJob, followJob, type EndState, type LastJob } from '../engine/last-job.js';
import { localTime } from '../report/local-time.js';
import { jobObserver } from './job-observer.js';
import { each, endHost, onHosts, type HostEnd, type OpenHost } from './on-hosts.js';
import { reportFailedSteps } from './run-release.js';
import { nothingToEnd } from './running-jobs.js';
import type { ExitCode, Run } from './run.js';

/** Follows what runs on each host to its end, or tells how the last job ended. */
export function attach(run: Run): Promise<ExitCode> {
  return follow(run, () => Promise.resolve());
}

/** Ends what runs on each host, which then takes back what it has done, and follows that. */
export function cancel(run: Run): Promise<ExitCode> {
  return follow(run, async ({ host, another }, job) => {
    if (await cancelJob(another, job.id)) return;
    run.reporter.report({ type: 'notice', host: host.name, text: nothingToEnd([host.name]) });
  });
}

async function follow(
  run: Run,
  meanwhile: (open: OpenHost, job: LastJob) => Promise<void>,
): Promise<ExitCode> {
  const told = await onHosts(run, 'go-on', (hosts) =>
    each(run, hosts, async (open) => {
      const end = await followLast(run, open, meanwhile);
      endHost(run, open, end);
      return end;
    }),
  );
  const all = told?.length === run.environment.hosts.length;
  return all && told.every(({ value }) => value.outcome !== 'failed') ? 0 : 1;
}

async function followLast(
  run: Run,
  open: OpenHost,
  meanwhile: (open: OpenHost, job: LastJob) => Promise<void>,
): Promise<HostEnd> {
  const { host, connection } = open;
  const job = await findLastJob(connection);
  if (!job) return { outcome: 'unchanged', summary: 'nothing was changed by us here yet' };
  const { what, who, since } = job.description;
  const about = `${what}, by ${who} since ${localTime(since)}`;
  const running = job.state === 'running';
  run.reporter.report({
    type: 'notice',
    host: host.name,
    text: running ? `Following: ${about}` : `The last job: ${about}`,
  });
  const [{ steps, state }] = await Promise.all([
    followJob(connection, job, jobObserver(run, host.name)),
    ...(running ? [meanwhile(open, job)] : []),
  ]);
  reportFailedSteps(run, host.name, steps, what);
  return endOf(what, state, steps);
}

function endOf(what: string, state: EndState, steps: readonly StepResult[]): HostEnd {
  const done = steps.filter(({ status }) => status === 'done').length;
  const after = `after ${String(done)} of ${String(steps.length)} steps`;
  switch (state) {
    case 'done':
      return steps.some(({ status }) => status === 'failed')
        ? { outcome: 'failed', summary: `"${what}" was done, but not all that comes after that` }
        : { outcome: 'changed', summary: `"${what}" ended well` };
    case 'failed':
      return { outcome: 'failed', summary: `"${what}" failed ${after}${takenBack(steps)}` };
    case 'cut off':
      return {
        outcome: 'failed',
        summary: `"${what}" was cut off ${after}: it was killed, or the host lost power; run it again to go on`,
      };
  }
}

function takenBack(steps: readonly StepResult[]): string {
  const undos = steps.flatMap(({ undo }) => undo ?? []);
  if (undos.some(({ status }) => status === 'failed')) return ', and not all was taken back';
  return undos.length > 0 ? ', and was taken back' : '';
}
