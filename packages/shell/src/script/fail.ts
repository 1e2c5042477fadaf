import { sh, type Script } from './sh.js';

/** Says why on standard error and ends the script with status 1. */
export function fail(message: string): Script {
  return sh`{ printf '%s\n' ${message} >&2; exit 1; }`;
}
