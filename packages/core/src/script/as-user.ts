import { createHmac } from 'node:crypto';
import { nonce } from '../stream/nonce.js';
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
  const command = [
    ...(seconds === undefined ? [] : ['timeout', '--kill-after=10', seconds]),
    ...['runuser', '--login', '--shell=/bin/sh', user, '-c', 'exec sh -eus'],
  ];
  return sh`
    ${command} <<${literal(`'${end}'`)}
    fd_as() {
    ${script}
    }
    fd_as </dev/null
    ${literal(end)}`;
}
