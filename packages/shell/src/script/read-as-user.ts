import { sh, type Script } from './sh.js';
import { withRightsOf } from './with-rights-of.js';

/** How much of what a user writes is read at most. */
export interface ReadLimit {
  readonly bytes: number;
  readonly seconds: number;
}

/**
 * Prints the beginning of what a script prints that reads what a user can write. It is run as
 * that user: so it gets at nothing else by a link, and files without end, pipes and all else that
 * the user thinks of take a bounded time and no memory. Prints less, and fails for nothing, when
 * there is no such user or something goes wrong.
 *
 * That user can have any other bytes printed: the caller lets pass what has the right form. The
 * script shows in process lists.
 */
export function readAsUser(user: string, script: Script, { bytes, seconds }: ReadLimit): Script {
  return sh`
    timeout --kill-after=1 ${seconds} ${withRightsOf(user, script)} </dev/null 2>/dev/null |
      timeout --kill-after=1 ${seconds + 2} head -c ${bytes}`;
}
