import { createHash } from 'node:crypto';
import { literal, sh, type Script } from './sh.js';

/**
 * A script's run as another user, with that user's own environment and `set -eu`. It comes
 * to the user's shell on standard input, so that `ps` shows nothing of it; what it runs
 * itself has no input.
 */
export function asUser(user: string, script: Script): Script {
  // A script can't hold its own digest, and the same script is always rendered alike.
  const end = `fd_as_${createHash('sha256').update(String(script)).digest('hex').slice(0, 16)}`;
  return sh`
    runuser --login --shell=/bin/sh ${user} -c ${'exec sh -eus'} <<${literal(`'${end}'`)}
    fd_as() {
    ${script}
    }
    fd_as </dev/null
    ${literal(end)}`;
}
