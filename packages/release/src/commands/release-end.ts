import type { HostEnd } from '@fairness-deploy/core/commands';
import type { JobStep, JobThenOutput } from '@fairness-deploy/core/engine';
import { failureOf, printedError } from '@fairness-deploy/shell/text';
import type { ReleasePlan } from '../plan/release-plan.js';

type JobEnd = Pick<JobThenOutput, 'steps' | 'cancelled' | 'unconcluded'>;

/**
 * Decides by the releases as they were read after the job.
 *
 * @param live the release that is live and known to be good
 */
export function releaseEnd(
  { steps, cancelled, unconcluded }: JobEnd,
  { id, commit }: ReleasePlan['release'],
  live: string | undefined,
): HostEnd {
  const short = commit.slice(0, 10);
  const now = live === undefined ? 'no release runs' : `release ${live} runs as before`;
  const is = live === id ? 'is' : 'is not';
  if (steps.some(({ undo }) => undo?.status === 'failed')) {
    return failed(`${short} ${is} live, and not all steps could be undone`);
  }
  const unwell = steps.filter(({ status }) => status === 'failed').map(({ name }) => name);
  if (unwell.length > 0 && live === id) {
    return failed(
      `Release ${id} (${short}) is live, but these cleanup steps failed: "${unwell.join('", "')}"`,
      'fix them, see above, and deploy again',
    );
  }
  if (cancelled || steps.some(({ status }) => status !== 'done')) {
    const why = cancelled ? 'was cancelled' : 'is not live';
    return failed(`${short} ${why}; its steps were undone, ${now}`);
  }
  if (unconcluded !== undefined) return unrecorded(`${short} is live`, unconcluded, 'deploy again');
  if (live !== id) {
    return failed(
      `every step of ${short} succeeded, but ${live ?? 'no release'} is live instead of ${id}`,
    );
  }
  return { outcome: 'changed', summary: `${short} is live as release ${id}` };
}

/**
 * Decides by the steps: the release is live before and after a restart.
 *
 * @param planned the job's steps
 * @param what was restarted, such as `restart worker`
 */
export function restartEnd(
  { steps, cancelled, unconcluded }: JobEnd,
  planned: readonly Pick<JobStep, 'cleanup'>[],
  what: string,
): HostEnd {
  const unwell = steps.filter(({ status }) => status === 'failed').map(({ name }) => name);
  if (steps.some(({ undo }) => undo?.status === 'failed')) {
    return failed(`${what}: not all steps could be undone`, 'see what runs: status');
  }
  const isUndone = steps.some(({ status }, at) => status !== 'done' && !planned[at]?.cleanup);
  if (cancelled || isUndone) {
    return failed(
      `${what} ${cancelled ? 'was cancelled' : 'has failed'}; its steps were undone, the release runs as before`,
    );
  }
  if (unwell.length > 0) {
    return failed(
      `${what} is done, but these cleanup steps failed: "${unwell.join('", "')}"`,
      'fix them, see above, and deploy again',
    );
  }
  if (unconcluded !== undefined) return unrecorded(`${what} is done`, unconcluded, 'restart again');
  return { outcome: 'changed', summary: `${what} is done` };
}

function failed(summary: string, hint?: string): HostEnd {
  return { outcome: 'failed', summary, ...(hint !== undefined && { hint }) };
}

/** @param said what the script said that should have written the history */
function unrecorded(done: string, said: string, again: string): HostEnd {
  const { message, hint } = failureOf(
    printedError(said.trimEnd().split('\n').slice(-3).join('\n')),
  );
  return failed(
    `${done}, but the history could not be written: ${message}`,
    hint === undefined ? again : `${hint}, then ${again}`,
  );
}
