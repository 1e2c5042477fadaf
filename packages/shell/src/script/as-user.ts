import { createHmac } from 'node:crypto';
import { nonce } from '../text/nonce.js';
import { literal, sh, type Script } from './sh.js';

/** Random for this process, so that no value can contain the end of the script around it. */
const KEY = nonce();

/** The words that end scripts of other users: random for this process. */
export const PROCESS_WORD = /\bfd_as_[0-9a-f]{32}\b/g;

/**
 * Runs a script as another user, with that user's own variables and `set -eu`. The script comes to
 * the user's shell on standard input, so that `ps` doesn't show it; its commands have no input.
 *
 * @param seconds until it is killed: for a script whose time the user could extend without end
 */
export function asUser(user: string, script: Script, seconds?: number): Script {
  // Another one for each script, as one may be within another; the same script is rendered alike.
  const end = `fd_as_${createHmac('sha256', KEY).update(String(script)).digest('hex').slice(0, 32)}`;
  // runuser makes a session of its own, and kills its shell only. The inner timeout kills all
  // processes of the shell; the outer one is for a user that has stopped the inner one.
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
