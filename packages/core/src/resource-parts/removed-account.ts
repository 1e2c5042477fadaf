/** What becomes of the processes and the home of an account that is removed. */
import { endProcesses, enterFolder, sh, takeFolder, type Script } from '@fairness-deploy/shell';
import { MAKE_FOLDER } from './path.js';

/** The user and the path of a home on record: `ana:/home/ana`. Neither has a `:`. */
export function homeOf(name: string): { readonly user: string; readonly path: string } {
  const at = name.indexOf(':');
  return { user: name.slice(0, at), path: name.slice(at + 1) };
}

/**
 * Fails for a home that {@link lockHome} has locked: it may hold files of another number. Needs `fd_home`, and
 * `fd_is_new` when the account has just been made.
 */
export function refuseLockedHome(name: string): Script {
  return sh`
    if [ -n "\${fd_is_new-}" ] && [ -d "$fd_home" ] && [ "$(stat -c '%u %a' -- "$fd_home")" = '0 700' ]; then
      printf 'Cannot use the home %s for %s: it belongs to root, as it was that of a removed account\n  → give it back: chown -R %s: %s, or move it away\n' "$fd_home" ${name} ${name} "$fd_home" >&2
      exit 1
    fi`;
}

/** The next account gets the number of a removed one: without this, it would get the home as well. */
export function lockHome(name: string): Script {
  return sh`
    fd_home=$(getent passwd ${name} | cut -d : -f 6)
    fd_number=$(id -u -- ${name})
    if [ "$fd_number" != 0 ] && [ -d "$fd_home" ] && [ ! -L "$fd_home" ] && [ "$(stat -c %u -- "$fd_home")" = "$fd_number" ]; then
      (
        ${enterFolder(sh`"\${fd_home%/*}"`, { failure: `Cannot take the home of ${name}`, owner: name, missing: MAKE_FOLDER })}
        ${takeFolder(sh`"\${fd_home##*/}"`)}
        chown root:root .
        chmod 0700 .
      )
    fi`;
}

/** Tenths of a second that they have between SIGTERM and SIGKILL. */
const KILL_AFTER_TENTHS = 100;

/** userdel(8) refuses a user with processes. Another account of the same number, such as root, keeps them. */
export function endProcessesOf(name: string): Script {
  return sh`
    fd_number=$(id -u -- ${name})
    if [ "$(getent passwd "$fd_number" | cut -d : -f 1)" = ${name} ] && [ "$fd_number" != 0 ]; then
      ${endProcesses({
        find: sh`find /proc -maxdepth 1 -uid "$fd_number" -name '[0-9]*' -printf '%f '`,
        say: `Ending the processes of ${name}`,
        killAfterTenths: KILL_AFTER_TENTHS,
      })}
    fi`;
}
