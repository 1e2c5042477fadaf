import { sh, type Script, type ShValue } from './sh.js';

/**
 * A script's run with the rights of a user, and with nothing of root's environment: HOME, USER,
 * SHELL and PATH are that user's (setpriv(1)). The script shows in process lists.
 *
 * @param words are the script's `$1`, `$2`, …
 */
export function withRightsOf(user: string, script: Script, ...words: readonly ShValue[]): Script {
  // The user's own group may have another name.
  return sh`setpriv --reuid ${user} --regid "$(id -g -- ${user} 2>/dev/null)" --init-groups --reset-env -- sh -euc ${script.text} sh ${words}`;
}
