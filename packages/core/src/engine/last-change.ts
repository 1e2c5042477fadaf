import { HintedError } from '@fairness-deploy/shell/text';
import { sh, type Script } from '@fairness-deploy/shell';
import { LAST_CHANGE } from '../state-folder.js';
import type { JobDescription } from './job.js';
import { describeHolder, holderOf, LOCK_IS_HELD } from './lock.js';

/** Exit status of a job that found the host changed since its plan was made. As sysexits.h EX_DATAERR. */
export const CHANGED_SINCE = 65;

/** Exit status of a job that could not record itself as the last change. As sysexits.h EX_CANTCREAT. */
export const UNRECORDED = 73;

/** Prints the record of the last change; nothing on a host that no job has changed. */
export const PRINT_LAST_CHANGE: Script = sh`head -c 4096 -- ${LAST_CHANGE} 2>/dev/null || :`;

/**
 * Prints the record of the last change, for a plan to be compared with later. Comes before the
 * reads of the plan. A plan that is made while a job runs reads a state in between: it gets a mark
 * that no host has.
 */
export const MARK: Script = sh`
  if ${LOCK_IS_HELD}; then echo running; fi
  ${PRINT_LAST_CHANGE}`;

/**
 * Within a job that has the lock: compares the host with the plan's mark, and records this job as
 * the last change before its first step, so that no older plan is applied after it.
 *
 * @param planned undefined: no comparison
 * @param changed runs when the host has been changed since
 * @param unrecorded runs when the record can't be written, with the reason in `$fd_reason`
 */
export function claimChange(
  { what, who, since }: JobDescription,
  id: string,
  planned: string | undefined,
  { changed, unrecorded }: { readonly changed: Script; readonly unrecorded: Script },
): Script {
  const compare =
    planned === undefined
      ? sh`:`
      : sh`
        if [ "$(
        ${PRINT_LAST_CHANGE}
        )" != ${planned} ]; then
        ${changed}
        fi`;
  return sh`
    ${compare}
    if ! fd_reason=$( {
    printf '%s\n' ${[what, who, since, id]} >${`${LAST_CHANGE}.new`} &&
      mv -fT -- ${`${LAST_CHANGE}.new`} ${LAST_CHANGE}
    } 2>&1 ); then
    ${unrecorded}
    fi`;
}

/** A host has been changed since its plan was made; nothing was done. */
export class ChangedSinceError extends HintedError {
  override readonly name = 'ChangedSinceError';
  constructor(host: string, printed: string) {
    super(
      `Cannot apply the plan to ${host}: another job has changed the host since the plan was made: ${describeHolder(holderOf(printed.split('\n')))}. Nothing was changed now`,
      { hint: 'plan again, and apply the new plan' },
    );
  }
}
