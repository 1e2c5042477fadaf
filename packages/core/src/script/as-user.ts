import { createHmac } from 'node:crypto';
import { nonce } from '../stream/nonce.js';
import { literal, sh, type Script } from './sh.js';

/** Of this process alone, so that nobody who writes a value knows how the script around it ends. */
const KEY = nonce();

/**
 * A script's run as another user, with that user's own environment and `set -eu`. It comes
 * to the user's shell on standard input, so that `ps` shows nothing of it; what it runs
 * itself has no input.
 */
export function asUser(user: string, script: Script): Script {
  // Another one for each script, as one may be within another; the same script is rendered alike.
  const end = `fd_as_${createHmac('sha256', KEY).update(script.reveal()).digest('hex').slice(0, 32)}`;
  return sh`
    runuser --login --shell=/bin/sh ${user} -c ${'exec sh -eus'} <<${literal(`'${end}'`)}
    fd_as() {
    ${script}
    }
    fd_as </dev/null
    ${literal(end)}`;
}
