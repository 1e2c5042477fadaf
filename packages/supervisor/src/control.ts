import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, sh, waitUntil, type Script } from '@fairness-deploy/shell';
import { listenAddress, type Colour } from '@fairness-deploy/release';
import { type Application, type Process } from '@fairness-deploy/core';
import { programName } from './layout.js';

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
      unless: sh`! systemctl is-active --quiet supervisor`,
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

/** The programs of a colour, as `fd_control` takes them. */
export function programs(application: Application, colour: Colour): readonly string[] {
  return application.processes.map((process) => program(application, process, colour));
}

/** A process's program of a colour, as `fd_control` takes it: `shop-api:blue=3000`. */
export function program(application: Application, process: Process, colour: Colour): string {
  const name = programName(application.name, process.name, colour);
  return `${name}=${String(listenAddress(application, process, colour))}`;
}

/**
 * Further seconds for the end of a process: Supervisor kills it, and the kernel then needs time.
 */
const KILL_MARGIN_SECONDS = 10;

/** Within how many seconds a process must have ended, at last by SIGKILL. */
export function stoppingSeconds(stopSeconds: number): number {
  return stopSeconds + KILL_MARGIN_SECONDS;
}
