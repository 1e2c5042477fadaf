import type { EndState, LastJob } from '../engine/last-job.js';
import type { HostEnd } from './on-hosts.js';

/**
 * A line that says how a task ended.
 *
 * @param exitStatus of its command
 */
export function taskEnd(
  { description }: Pick<LastJob, 'description'>,
  state: EndState,
  exitStatus: number | undefined,
): HostEnd {
  const what = `"${description.what}"`;
  const status = exitStatus === undefined ? '' : `, with status ${String(exitStatus)}`;
  switch (state) {
    case 'done':
      return { outcome: 'changed', summary: `${what} succeeded` };
    case 'failed':
      return { outcome: 'failed', summary: `${what} failed${status}` };
    case 'cancelled':
      return { outcome: 'failed', summary: `${what} was cancelled${status}` };
    case 'cut off':
      return {
        outcome: 'failed',
        summary: `${what} was cut off: it was killed, or the host lost power`,
        hint: 'see what it has done before you run it again',
      };
  }
}
