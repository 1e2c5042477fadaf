import { HintedError } from '@fairness-deploy/shell/text';
import { isJobId, type LastJob, type LiveJob } from '../engine/last-job.js';
import { describeHolder } from '../engine/lock.js';
import type { HostEnd } from '../runner/on-hosts.js';
import type { Run } from '../runner/run.js';

/** @throws HintedError when a text isn't a job's id. */
export function checkJobId(act: string, id: string | undefined): void {
  if (id === undefined || isJobId(id)) return;
  throw new HintedError(`Cannot ${act} the job ${JSON.stringify(id)}: that is no job's id`, {
    hint: 'an id is such as 20261123T101502-6b1f0c: status lists those of running tasks',
  });
}

/** How a command ends on a host that lacks the wanted job: of several hosts, one has it. */
export function notThere(
  { hosts }: Pick<Run, 'hosts'>,
  command: string,
  id: string,
  running: readonly LiveJob[],
): HostEnd {
  const others = othersThan(id, running);
  return {
    outcome: hosts.length > 1 ? 'unchanged' : 'failed',
    summary: `there is no job ${id} on this host`,
    ...(others.length > 0 && {
      hint: `${command} --job <id>, of those that run:\n${others.join('\n')}`,
    }),
  };
}

/** The running jobs besides one, a line each. */
export function othersThan(id: string, running: readonly LiveJob[]): readonly string[] {
  return running
    .filter((one) => one.id !== id)
    .map(({ id: other, kind, description }) => {
      const what = kind === 'console' ? 'console, ' : '';
      return `  ${other}  ${what}${describeHolder(description)}`;
    });
}

/** @throws HintedError when a job is a console. */
export function refuseConsole(act: string, job: LastJob, running: readonly LiveJob[]): void {
  if (!running.some(({ id, kind }) => id === job.id && kind === 'console')) return;
  throw new HintedError(
    `Cannot ${act} ${job.id}: it is a console, on the terminal of ${job.description.who}`,
    { hint: `to end it: cancel --job ${job.id}` },
  );
}
