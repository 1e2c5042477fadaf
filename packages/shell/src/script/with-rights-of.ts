import { sh, type Script, type ShValue } from './sh.js';

/**
 * Runs a script with the rights of a user, and with no variables of root's: HOME, USER, SHELL and
 * PATH are that user's (setpriv(1)). The script shows in process lists.
 *
 * @param words are the script's `$1`, `$2`, …
 */
export function withRightsOf(user: string, script: Script, ...words: readonly ShValue[]): Script {
  // The user's own group may have another name.
  return sh`setpriv --reuid ${user} --regid "$(id -g -- ${user} 2>/dev/null)" --init-groups --reset-env -- sh -euc ${script.text} sh ${words}`;
}
