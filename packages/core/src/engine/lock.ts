import { HintedError } from '@fairness-deploy/shell/text';
import { sh, type Script } from '@fairness-deploy/shell';
import { LOCK } from '../state-folder.js';
import type { JobDescription } from './job.js';
import { jobFolder } from './job-folder.js';
import { localTime } from './local-time.js';

/**
 * A job for people: `deploy 3f2a1bc by ana@laptop, since 2026-11-29 14:07`, in the reader's own time.
 */
export function describeHolder({ what, who, since }: JobDescription): string {
  return `${what} by ${who}, since ${localTime(since)}`;
}

/** The job that holds a host's lock. */
export interface LockHolder extends JobDescription {
  readonly id: string;
}

/** Succeeds while a job holds the lock. Takes a shared lock to find out, which makes no holder. */
export const LOCK_IS_HELD: Script = sh`[ -e ${LOCK} ] && ! flock -s -n ${LOCK} true`;

/** Prints the description of the job that holds the lock; nothing when no job holds it. */
export const PRINT_HOLDER: Script = sh`
  if ${LOCK_IS_HELD}; then
    cat -- ${LOCK}
    echo held
  fi`;

/** What {@link PRINT_HOLDER} printed; undefined when no job runs. */
export function parseHolder(printed: string): LockHolder | undefined {
  const lines = printed.trimEnd().split('\n');
  if (lines.pop() !== 'held') return undefined;
  return holderOf(lines);
}

/** Parses the four lines that a job writes into the lock. */
export function holderOf(lines: readonly string[]): LockHolder {
  // A job that has just taken the lock may not have written its description yet.
  const line = (at: number, unknown: string): string => {
    const text = lines[at] ?? '';
    return text === '' ? unknown : text;
  };
  return {
    what: line(0, 'an unknown job'),
    who: line(1, 'an unknown user'),
    since: line(2, 'just now'),
    // Part of a path in a message.
    id: line(3, '*').replaceAll(/[^\w*-]/g, ''),
  };
}

/** Another job holds the host's lock. */
export class LockHeldError extends HintedError {
  override readonly name = 'LockHeldError';
  constructor(
    readonly host: string,
    readonly holder: LockHolder,
  ) {
    super(
      `Cannot change ${host}: another job holds the lock: ${describeHolder(holder)}. Its log on the host is ${jobFolder(holder.id)}/log`,
      {
        hint: 'try again when that job has ended, or use --wait; run attach to watch it, or cancel to cancel it',
      },
    );
  }
}
