import { deadline } from './deadline.js';
import { sh, type Script } from './sh.js';

/** What is waited for, and how long. */
export interface Waiting {
  /** The condition, run at least once. `set -e` does not end it: what fails in it needs its `|| exit`. */
  readonly until: Script;
  readonly seconds: number;
  /** Seconds between two looks. */
  readonly pause: number;
  /** Succeeds when it is useless to wait longer. */
  readonly unless?: Script;
  /** Run when the time is over, or it is useless to wait; must leave the loop: `exit`, `return` or `break`. */
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
