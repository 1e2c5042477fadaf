import type { StepResult } from '../engine/job-progress.js';
import type { EndState, LastJob } from '../engine/last-job.js';
import type { HostEnd } from './on-hosts.js';

/** A line that says how a job ended. */
export function jobEnd(
  { description }: Pick<LastJob, 'description'>,
  state: EndState,
  steps: readonly StepResult[],
): HostEnd {
  const what = `"${description.what}"`;
  const done = steps.filter(({ status }) => status === 'done').length;
  const after = `after ${String(done)} of ${String(steps.length)} steps`;
  switch (state) {
    case 'done':
      return steps.some(({ status }) => status === 'failed')
        ? { outcome: 'failed', summary: `${what} succeeded, but a cleanup step failed` }
        : { outcome: 'changed', summary: `${what} succeeded` };
    case 'failed':
      return { outcome: 'failed', summary: `${what} failed ${after}${undone(steps)}` };
    case 'cancelled':
      return { outcome: 'failed', summary: `${what} was cancelled ${after}${undone(steps)}` };
    case 'cut off':
      return {
        outcome: 'failed',
        summary: `${what} was cut off ${after}: it was killed, or the host lost power`,
        hint: 'run it again',
      };
  }
}

function undone(steps: readonly StepResult[]): string {
  const undos = steps.flatMap(({ undo }) => undo ?? []);
  if (undos.some(({ status }) => status === 'failed')) return ', and not all steps were undone';
  if (undos.length > 0) return ', and was undone';
  return steps.some(({ status }) => status === 'done') ? '; what was done stays' : '';
}
