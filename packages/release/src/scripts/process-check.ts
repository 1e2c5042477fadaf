import { byColour, findColour } from '../application/colour.js';
import { defineRuns } from '../application/process-group.js';
import { listenAddress } from '../application/listen-address.js';
import { processLog } from '../application/process-log.js';
import { type Process } from '@fairness-deploy/core';
import { fail, sh, type Script } from '@fairness-deploy/shell';
import { lastAdded } from './log-sizes.js';
import type { ReleaseSpec } from './release-spec.js';

/** How many lines of a process's log are shown when it doesn't start. */
const LOG_LINES = 30;
/** The most seconds that one try may take. */
const TRY_TIMEOUT_SECONDS = 10;

/**
 * Defines the shell functions that check a process of a release in its colour: `fd_try`, which asks
 * for its health once and succeeds when it is healthy, `fd_why`, which prints what the last try
 * found instead, and `fd_say`, which prints the end of its log and a reason to standard error, and
 * ends with status 1.
 *
 * An answer alone is no proof: any user of the host can listen where the process should. What
 * listens must have the rights of the application's user and belong to the process group that this
 * deployment has started (see defineRuns()), which must still be the first of that process.
 *
 * `fd_try` leaves the HTTP status in `fd_status`, a socket that listens and isn't of the release in
 * `fd_foreign`, and sets `fd_ended` when the process has ended: then it is useless to try again.
 */
export function processCheck(spec: ReleaseSpec, process: Process): Script {
  const { application, layout, release } = spec;
  const { path, status, deadline } = process.health;
  const longest = String(Math.min(TRY_TIMEOUT_SECONDS, deadline));
  return sh`
    command -v ss >/dev/null || ${fail(`Cannot check ${process.name}: the program ss is missing, which shows the listeners of a port`, 'provision first')}
    ${findColour(layout, release)}
    ${byColour(
      'fd_colour',
      (colour) => sh`
        fd_address=${listenAddress(application, process, colour)}
        fd_log=${processLog(layout, process.name, colour)}`,
    )}
    case $fd_address in
      /*) fd_url=http://localhost${path} ;;
      *) fd_url="http://127.0.0.1:$fd_address"${path} ;;
    esac
    ${defineRuns(process.name)}
    fd_ask() {
      case $fd_address in
        /*) set -- --unix-socket "$fd_address" -- "$fd_url" ;;
        *) set -- -- "$fd_url" ;;
      esac
      curl --silent --globoff --noproxy '*' --output /dev/null --write-out '%{http_code}' --max-time ${longest} "$@"
    }
    fd_try() {
      fd_own='' fd_foreign='' fd_ended=''
      fd_status=$(fd_ask) || :
      fd_runs || { fd_ended=1; return 1; }
      for fd_socket in $(fd_listeners "$fd_address"); do
        if fd_is_held "$fd_socket" ${application.user} "$fd_group"; then fd_own=1; else fd_foreign=$fd_socket; fi
      done
      [ "$fd_status" = ${status} ] && [ -n "$fd_own" ] && [ -z "$fd_foreign" ]
    }
    fd_why() {
      if [ -z "$fd_group" ]; then
        printf 'nothing has started it'
      elif [ -n "$fd_ended" ]; then
        printf 'it ended by itself (process %s)' "$fd_group"
      elif [ -n "$fd_foreign" ]; then
        # shellcheck disable=SC2046
        fd_holder=$(fd_holders "$fd_foreign" $(fd_processes) | head -n 1)
        printf 'on %s listens process %s (%s) of %s, which this deployment has not started' "$fd_address" "\${fd_holder:-?}" \
          "$(cat "/proc/$fd_holder/comm" 2>/dev/null)" "$(stat -c %U -- "/proc/$fd_holder" 2>/dev/null)"
      elif [ "$fd_status" = 000 ]; then
        printf '%s does not answer' "$fd_url"
      elif [ "$fd_status" = ${status} ]; then
        printf '%s answers, though nothing of this release listens' "$fd_url"
      else
        printf '%s answers %s, not %s' "$fd_url" "$fd_status" ${status}
      fi
    }
    fd_say() {
      {
        fd_said=$(
          ${lastAdded(LOG_LINES)}
        ) || :
        [ -z "$fd_said" ] || printf 'The end of %s:\n%s\n' "$fd_log" "$fd_said"
        printf '%s\n' "$1"
        [ -z "\${2-}" ] || printf '  → %s\n' "$2"
      } >&2
      exit 1
    }`;
}
