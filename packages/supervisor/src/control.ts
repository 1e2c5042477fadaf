import { fail, lines, sh, type Script } from '@fairness-deploy/core';

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

/**
 * The shell function `fd_read`: finds in a line of `supervisorctl status`, `$fd_line`, the
 * state of a program, as `$fd_state`, and, when it is RUNNING, its process, as `$fd_pid`.
 */
export const READ: Script = sh`
  fd_read() {
    # Words such as: shop-api RUNNING pid 704, uptime 0:00:10
    # shellcheck disable=SC2086
    set -- $fd_line
    fd_state=$2
    fd_pid=\${4-}
    fd_pid=\${fd_pid%,}
  }`;

/**
 * Those two and `fd_look`, which asks for the state of one program. It fails when Supervisor
 * doesn't know it (supervisorctl's status is 3 for one that doesn't run, 4 for one that isn't
 * known).
 */
export const CONTROL: Script = lines(
  REACH,
  READ,
  sh`
    fd_look() {
      fd_line=$(supervisorctl status "$1") || [ $? -eq 3 ] || { printf '%s\n' "$fd_line" >&2; return 1; }
      fd_read
    }`,
);
