import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  fail,
  portOf,
  sh,
  type Application,
  type Colour,
  type Script,
} from '@fairness-deploy/core';
import { programName } from './layout.js';

/** Asks for a connection only: supervisorctl takes five times as long. */
const CONNECT = 'import socket; socket.socket(socket.AF_UNIX).connect("/run/supervisor.sock")';

/** The shell function `fd_reach`: waits until supervisord can be asked, which right after its start has no socket yet. */
export const REACH: Script = sh`
  fd_reach() {
    fd_left=50
    until /usr/bin/python3 -I -S -c ${CONNECT} 2>/dev/null; do
      if ! systemctl is-active --quiet supervisor || [ "$fd_left" -eq 0 ]; then
        ${fail('Cannot reach supervisord: it has no socket. See: systemctl status supervisor')}
      fi
      fd_left=$((fd_left - 1))
      sleep 0.2
    done
  }`;

/** The program by which the shell function `fd_control` starts, stops and shows programs. */
export const CONTROL_CODE = readFileSync(join(__dirname, '..', 'templates', 'control.py'), 'utf8');

/**
 * The shell function `fd_control`: see templates/control.py, whose arguments it takes. With
 * Python as the package's own programs have it, without what a user added.
 */
export const CONTROL: Script = sh`
  fd_control() {
    /usr/bin/python3 -I -W ignore -c ${CONTROL_CODE} "$@"
  }`;

/** The programs of a colour, as `fd_control` takes them. */
export function programs(application: Application, colour: Colour): readonly string[] {
  return application.processes.map(
    (process) =>
      `${programName(application.name, process.name, colour)}=${String(portOf(process, colour))}`,
  );
}
