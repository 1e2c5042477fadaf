import { sh, type Script } from './sh.js';
import { withRightsOf } from './with-rights-of.js';

/** The most bytes of a user's file that are read. */
export interface ReadLimit {
  readonly bytes: number;
  readonly seconds: number;
}

/**
 * Prints the beginning of a script's output that depends on files of a user. The script runs as
 * that user: so a link gives it nothing else, and endless files, pipes and the like take a limited
 * time and no memory. Prints less, and never fails, when there is no such user or the script fails.
 *
 * That user can have any other bytes printed: the caller lets pass what has the right form. The
 * script shows in process lists.
 */
export function readAsUser(user: string, script: Script, { bytes, seconds }: ReadLimit): Script {
  return sh`
    timeout --kill-after=1 ${seconds} ${withRightsOf(user, script)} </dev/null 2>/dev/null |
      timeout --kill-after=1 ${seconds + 2} head -c ${bytes}`;
}
