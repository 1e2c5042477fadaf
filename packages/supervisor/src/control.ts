import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, sh, waitUntil, type Script } from '@fairness-deploy/shell';
import {
  byColour,
  colourIn,
  forEachProgram,
  layoutOf,
  NOT_NOW,
  type Program,
} from '@fairness-deploy/release';
import { type Application } from '@fairness-deploy/core';
import { groupsOf, programName } from './layout.js';

/** Only connects: supervisorctl takes five times as long. */
const CONNECT = 'import socket; socket.socket(socket.AF_UNIX).connect("/run/supervisor.sock")';

/**
 * The shell function `fd_reach`: waits until supervisord answers, as it has no socket right after
 * its start.
 */
export const REACH: Script = sh`
  fd_reach() {
    ${waitUntil({
      until: sh`/usr/bin/python3 -I -S -c ${CONNECT} 2>/dev/null`,
      // While systemd starts it anew after a crash, it is activating or deactivating.
      unless: sh`systemctl is-active supervisor | grep -qxE 'inactive|failed'`,
      ...{ seconds: 10, pause: 0.2 },
      otherwise: fail(
        'Cannot reach supervisord: it has no socket',
        'see: systemctl status supervisor',
      ),
    })}
  }`;

/** The program by which the shell function `fd_control` starts, stops and shows programs. */
export const CONTROL_CODE = readFileSync(join(__dirname, '..', 'templates', 'control.py'), 'utf8');

/**
 * The shell function `fd_control`: see templates/control.py, whose arguments it takes. With Python
 * as for the package's own programs, without modules of users.
 */
export const CONTROL: Script = sh`
  fd_control() {
    # Without Supervisor there may be no Python either.
    [ -x /usr/bin/supervisord ] || ${fail('Cannot ask for the processes: Supervisor is not installed', 'provision first')}
    /usr/bin/python3 -I -W ignore -c ${CONTROL_CODE} "$@"
  }`;

/**
 * Further seconds for the end of a process: Supervisor kills it, and the kernel then needs time.
 */
const KILL_MARGIN_SECONDS = 10;

/** The programs of a colour's release that an action is for. */
export interface Chosen {
  /** Those that may overlap, exclusive workers, or all. */
  readonly kind: 'shared' | 'exclusive' | 'all';
  /** Groups of the colour that are stopped as well, whatever is in them. */
  readonly alsoStop?: 'exclusive' | 'all';
}

/**
 * Runs an action of control.py for programs of the release in a colour: its own,
 * whatever the environment says now.
 *
 * @param colour the name of the shell variable that holds the colour
 */
export function control(
  application: Application,
  action: 'start' | 'stop' | 'wake',
  colour: string,
  { kind, alsoStop }: Chosen,
): Script {
  const value = colourIn(colour);
  const { shared, exclusive } = groupsOf(application.name, '<colour>');
  const named = (group: string): Script => {
    const [before = '', after = ''] = group.split('<colour>');
    return sh`${before}${value}${after}`;
  };
  const also =
    alsoStop === undefined
      ? sh``
      : alsoStop === 'exclusive'
        ? named(exclusive)
        : sh`${named(shared)} ${named(exclusive)}`;
  return sh`
    set -- ${also}
    fd_longest=1
    ${forEachProgram(
      layoutOf(application),
      colour,
      sh`
        ${kind === 'all' ? sh`:` : sh`[ "$fd_kind" = ${kind} ] || continue`}
        case $fd_kind in shared) fd_group=${named(shared)} ;; *) fd_group=${named(exclusive)} ;; esac
        set -- "$@" "$fd_group:$fd_name=$fd_address"
        [ "$fd_longest" -ge "$fd_seconds" ] || fd_longest=$fd_seconds`,
    )}
    ${CONTROL}
    [ $# -eq 0 ] || fd_control ${[action, application.user, NOT_NOW]} "$((fd_longest + ${KILL_MARGIN_SECONDS}))" "$@"`;
}

/**
 * Runs an action of control.py for some programs of the release in the colour `$fd_colour`, and leaves the
 * others of their groups alone.
 */
export function controlSome(
  { name, user }: Application,
  action: 'restart' | 'wake',
  programs: readonly Program[],
): Script {
  const longest = Math.max(...programs.map(({ stopSeconds }) => stopSeconds));
  return sh`
    ${CONTROL}
    ${byColour('fd_colour', (colour) => {
      const named = programs.map((program) => `${programName(name, program, colour)}=`);
      return sh`fd_control ${[action, user, NOT_NOW, longest + KILL_MARGIN_SECONDS, ...named]}`;
    })}`;
}
