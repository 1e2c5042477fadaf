import { fail, sh, type Script } from '@fairness-deploy/core';
import { OTHERS_BROKEN } from './live-file.js';

const ERROR_LOG = '/var/log/nginx/error.log';

/** How many tenths of a second new workers may take to appear. */
const PATIENCE = 150;

/**
 * Has nginx load what is on the disk. `nginx -s reload` only sends a signal: whether the
 * configuration is in use shows in a worker that wasn't there before. When a port is taken,
 * for instance, `nginx -t` is content, and the old workers go on.
 */
export const LOAD: Script = sh`
  nginx -t -q || exit ${OTHERS_BROKEN}
  systemctl is-active --quiet nginx || exit 0
  fd_pid=$(cat /run/nginx.pid)
  fd_children() { cat "/proc/$fd_pid/task/$fd_pid/children"; }
  fd_before=" $(fd_children)"
  fd_size=$(stat -c %s -- ${ERROR_LOG} 2>/dev/null || echo 0)
  fd_new_errors() { tail -c +"$((fd_size + 1))" -- ${ERROR_LOG} | grep -F '[emerg]' >&2; }
  systemctl reload nginx
  fd_left=${PATIENCE}
  while [ "$fd_left" -gt 0 ]; do
    for fd_child in $(fd_children); do
      case $fd_before in *" $fd_child "*) continue ;; esac
      # The name is set by the process itself; it is ended by a NUL and padded with more.
      case $(tr '\0' ' ' <"/proc/$fd_child/cmdline") in
        'nginx: worker process '*shutting*) ;;
        'nginx: worker process'*) exit 0 ;;
      esac
    done
    if fd_new_errors; then ${fail('Cannot reload nginx: it says why above, and goes on with what it had')}; fi
    fd_left=$((fd_left - 1))
    sleep 0.1
  done
  ${fail('Cannot reload nginx: no new workers came up, and it goes on with what it had')}`;
