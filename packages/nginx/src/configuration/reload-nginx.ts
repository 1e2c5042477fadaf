import { fail, sh, type Script } from '@fairness-deploy/shell';
import { nameHolders } from './port-holders.js';
import { OTHERS_BROKEN } from '@fairness-deploy/core/resources';

const ERROR_LOG = '/var/log/nginx/error.log';

/** How many tenths of a second new workers may take to appear. */
const NEW_WORKERS_TENTHS = 200;

/**
 * For how many tenths of a second nginx must log no further errors to have given up: it tries five
 * times, every half a second, to bind a port, and handles no other signal meanwhile.
 */
const QUIET_TENTHS = 20;

/**
 * Makes nginx load its files. `nginx -s reload` only sends a signal: the configuration is in use
 * when new workers have started and the old ones have ended. When a port is taken, for instance,
 * `nginx -t` succeeds, and the old workers continue.
 */
export const RELOAD_NGINX: Script = sh`
  nginx -t -q || exit ${OTHERS_BROKEN}
  systemctl is-active --quiet nginx || exit 0
  fd_pid=$(cat /run/nginx.pid)
  # A process shows its role in its name, which is padded with NULs.
  fd_workers() {
    fd_children=$(cat "/proc/$fd_pid/task/$fd_pid/children")
    for fd_child in $fd_children; do
      case $(tr '\0' ' ' <"/proc/$fd_child/cmdline") in
        *shutting*) ;;
        'nginx: worker process'*) printf '%s ' "$fd_child" ;;
      esac
    done 2>/dev/null
  }
  fd_before=$(fd_workers)
  fd_size=$(stat -c %s -- ${ERROR_LOG} 2>/dev/null || echo 0)
  fd_errors() { tail -c +"$((fd_size + 1))" -- ${ERROR_LOG} 2>/dev/null | grep -F '[emerg]'; }
  fd_are_new() {
    [ $# -gt 0 ] || return 1
    for fd_worker; do
      case " $fd_before" in *" $fd_worker "*) return 1 ;; esac
    done
  }
  systemctl reload nginx
  fd_left=${NEW_WORKERS_TENTHS}
  fd_said=
  fd_quiet=0
  while [ "$fd_left" -gt 0 ] && [ "$fd_quiet" -lt ${QUIET_TENTHS} ]; do
    # shellcheck disable=SC2046
    if fd_are_new $(fd_workers); then exit 0; fi
    fd_saying=$(fd_errors) || :
    if [ -n "$fd_saying" ] && [ "$fd_saying" = "$fd_said" ]; then
      fd_quiet=$((fd_quiet + 1))
    else
      fd_quiet=0
    fi
    fd_said=$fd_saying
    fd_left=$((fd_left - 1))
    sleep 0.1
  done
  printf '%s\n' "$fd_said" >&2
  ${nameHolders(sh`printf '%s\n' "$fd_said"`)}
  ${fail('Cannot reload nginx: no new workers started, and the old ones continue with the old configuration')}`;
