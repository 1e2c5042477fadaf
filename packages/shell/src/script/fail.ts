import { withHint } from '../text/hinted-error.js';
import { sh, type Script } from './sh.js';

/**
 * Says why on standard error and ends the script with status 1.
 *
 * @param hint what to do, on a line of its own below: see printedError()
 */
export function fail(message: string, hint?: string): Script {
  return sh`{ printf '%s\n' ${withHint(message, hint).split('\n')} >&2; exit 1; }`;
}
