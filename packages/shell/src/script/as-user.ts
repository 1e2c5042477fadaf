import { createHmac } from 'node:crypto';
import { nonce } from '../text/nonce.js';
import { literal, sh, type Script } from './sh.js';

/** Of this process alone, so that nobody who writes a value knows how the script around it ends. */
const KEY = nonce();

/**
 * A script's run as another user, with that user's own environment and `set -eu`. It comes
 * to the user's shell on standard input, so that `ps` shows nothing of it; what it runs
 * itself has no input.
 *
 * @param seconds after which it is ended: for what must not take for ever, whatever the user does
 */
export function asUser(user: string, script: Script, seconds?: number): Script {
  // Another one for each script, as one may be within another; the same script is rendered alike.
  const end = `fd_as_${createHmac('sha256', KEY).update(String(script)).digest('hex').slice(0, 32)}`;
  // runuser makes a session of its own, and ends its shell only. The inner timeout ends all that
  // the shell runs; the outer one is for a user that has stopped the inner one.
  const [outside, inside] =
    seconds === undefined
      ? [sh``, sh``]
      : [sh`timeout --kill-after=10 ${seconds + 20} `, sh`timeout --kill-after=10 ${seconds} `];
  return sh`
    ${outside}runuser --login --shell=/bin/sh ${user} -c ${sh`exec ${inside}sh -eus`.text} <<${literal(`'${end}'`)}
    fd_as() {
    ${script}
    }
    fd_as </dev/null
    ${literal(end)}`;
}
