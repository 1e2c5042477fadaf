import { fail, sh, type Script } from '@fairness-deploy/core';

/**
 * A shell function `fd_reach`, which waits until supervisord can be asked: right after its
 * start it has no socket yet. It asks for a connection only, as supervisorctl takes 0.15 s.
 */
export const REACH: Script = sh`
  fd_reach() {
    fd_left=50
    until /usr/bin/python3 -I -S -c ${CONNECT()} 2>/dev/null; do
      if ! systemctl is-active --quiet supervisor || [ "$fd_left" -eq 0 ]; then
        ${fail('Cannot reach supervisord: it has no socket. See: systemctl status supervisor')}
      fi
      fd_left=$((fd_left - 1))
      sleep 0.2
    done
  }`;

function CONNECT(): string {
  return 'import socket; socket.socket(socket.AF_UNIX).connect("/run/supervisor.sock")';
}
