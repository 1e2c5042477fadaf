import {
  byColour,
  fail,
  findColour,
  portOf,
  processLog,
  sh,
  type Process,
  type Script,
} from '@fairness-deploy/core';
import { lastAdded } from './log-sizes.js';
import type { ReleaseSpec } from './release-spec.js';

/** How many lines of a process's log are shown when it doesn't come up. */
const LOG_LINES = 30;
/** The most seconds that one try may take. */
const LONGEST_TRY = 10;

/**
 * What is there to look at a process of a release in the colour that it runs in: the shell
 * functions `fd_try`, which asks for its health once and succeeds when it is well, `fd_why`,
 * which prints what the last try found instead, and `fd_say`, which prints the end of its log
 * and a reason to standard error, and ends with status 1.
 *
 * An answer alone is no proof: an old process that wasn't stopped gives it, or any other that
 * has the port. So whatever listens must run in the folder of this release. `fd_try` leaves the
 * lowest number of its processes in `fd_pid`, the HTTP status in `fd_status` and what else
 * listens in `fd_foreign`.
 */
export function processCheck(spec: ReleaseSpec, process: Process): Script {
  const { layout, release } = spec;
  const { path, status, deadline } = process.health;
  const longest = String(Math.min(LONGEST_TRY, deadline));
  return sh`
    command -v ss >/dev/null || ${fail(`Cannot put ${process.name} on line: there is no ss, which tells what listens on a port; provision first`)}
    ${findColour(layout, release)}
    ${byColour(
      'fd_colour',
      (colour) => sh`
        fd_port=${portOf(process, colour)}
        fd_log=${processLog(layout, process.name, colour)}`,
    )}
    fd_url="http://127.0.0.1:$fd_port"${path}
    fd_releases=$(cd -- ${layout.releases} && pwd -P)
    # Prints "own" and its number for what listens from the release, and what it is for anything else.
    fd_listeners() {
      ss -Hltnp "sport = :$fd_port" | while read -r _ _ _ fd_at _ fd_users; do
        # Others may have the port of another address.
        case $fd_at in
          127.0.0.1[:%]* | 0.0.0.0:* | '*:'* | '[::ffff:127.0.0.1]'*) ;;
          *) continue ;;
        esac
        fd_what='a process that cannot be told'
        for fd_one in $(printf '%s\n' "$fd_users" | grep -o 'pid=[0-9]*'); do
          fd_one=\${fd_one#pid=}
          fd_cwd=$(readlink -- "/proc/$fd_one/cwd") || continue
          case $fd_cwd/ in
            "$fd_releases"/${release.id}/*)
              fd_what="own $fd_one"
              break
              ;;
          esac
          fd_what="process $fd_one ($(cat "/proc/$fd_one/comm")) in $fd_cwd"
        done
        printf '%s\n' "$fd_what"
      done
    }
    fd_try() {
      fd_status=$(curl --silent --globoff --noproxy '*' --output /dev/null --write-out '%{http_code}' --max-time ${longest} -- "$fd_url") || :
      fd_found=$(fd_listeners)
      fd_foreign=$(printf '%s\n' "$fd_found" | grep -v '^own ' | head -n 1) || :
      fd_pid=$(printf '%s\n' "$fd_found" | sed -n 's/^own //p' | sort -n | head -n 1)
      [ "$fd_status" = ${status} ] && [ -n "$fd_pid" ] && [ -z "$fd_foreign" ]
    }
    fd_why() {
      if [ -n "$fd_foreign" ]; then
        printf 'on port %s listens %s, not this release' "$fd_port" "$fd_foreign"
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
      } >&2
      exit 1
    }`;
}
