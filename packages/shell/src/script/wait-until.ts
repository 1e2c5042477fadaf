import { deadline } from './deadline.js';
import { sh, type Script } from './sh.js';

/** A condition, and how long to wait for it. */
export interface Waiting {
  /**
   * The condition, run at least once. `set -e` does not end it: a command in it that may fail needs
   * its own `|| exit`.
   */
  readonly until: Script;
  readonly seconds: number;
  /** Seconds between two tries. */
  readonly pause: number;
  /** Succeeds when more waiting is useless. */
  readonly unless?: Script;
  /**
   * Runs when the time is over, or more waiting is useless; must leave the loop: `exit`, `return`
   * or `break`.
   */
  readonly otherwise: Script;
}

/** Repeats a condition until it succeeds. Defines `fd_is_over`: see deadline(). */
export function waitUntil({ until, seconds, pause, unless, otherwise }: Waiting): Script {
  return sh`
    ${deadline(seconds)}
    until
      ${until}
    do
      if ${unless === undefined ? sh`` : sh`${unless} || `}fd_is_over; then
        ${otherwise}
      fi
      sleep ${String(pause)}
    done`;
}
