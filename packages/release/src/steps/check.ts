import {
  fail,
  processLog,
  sh,
  type Process,
  type ReleaseStep,
  type Script,
} from '@fairness-deploy/core';
import type { ReleaseSpec } from './release-spec.js';

/** How many lines of a process's log are shown when it doesn't come up. */
const LOG_LINES = 30;
/** The most seconds that one try may take. */
const LONGEST_TRY = 10;

/** Waits until each process answers its health check, from the new release. */
export function checkSteps(spec: ReleaseSpec): readonly ReleaseStep[] {
  return spec.application.processes.map((process) => ({
    phase: 'check',
    name: `check ${process.name}`,
    run: check(spec, process),
  }));
}

/**
 * An answer alone is no proof: an old process that wasn't stopped gives it, or any other
 * that has the port. So whatever listens must run in the folder of this release.
 */
function check({ layout, release }: ReleaseSpec, process: Process): Script {
  const { path, status, interval, deadline } = process.health;
  const port = String(process.port);
  const url = `http://127.0.0.1:${port}${path}`;
  const longest = String(Math.min(LONGEST_TRY, deadline));
  const log = processLog(layout, process.name);
  const begin = `Cannot put ${process.name} on line`;
  return sh`
    command -v ss >/dev/null || ${fail(`${begin}: there is no ss, which tells what listens on a port; provision first`)}
    fd_releases=$(cd -- ${layout.releases} && pwd -P)
    # Prints "own" for what listens from the release, and what it is for anything else.
    fd_listeners() {
      ss -Hltnp ${`sport = :${port}`} | while read -r _ _ _ fd_at _ fd_users; do
        # Others may have the port of another address.
        case $fd_at in
          127.0.0.1[:%]* | 0.0.0.0:* | '*:'* | '[::ffff:127.0.0.1]'*) ;;
          *) continue ;;
        esac
        fd_what='a process that cannot be told'
        for fd_pid in $(printf '%s\n' "$fd_users" | grep -o 'pid=[0-9]*'); do
          fd_pid=\${fd_pid#pid=}
          fd_cwd=$(readlink -- "/proc/$fd_pid/cwd") || continue
          case $fd_cwd/ in
            "$fd_releases"/${release.id}/*)
              fd_what=own
              break
              ;;
          esac
          fd_what="process $fd_pid ($(cat "/proc/$fd_pid/comm")) in $fd_cwd"
        done
        printf '%s\n' "$fd_what"
      done
    }
    fd_end=$(($(date +%s) + ${Math.ceil(deadline)}))
    while :; do
      fd_status=$(curl --silent --globoff --noproxy '*' --output /dev/null --write-out '%{http_code}' --max-time ${longest} -- ${url}) || :
      fd_found=$(fd_listeners)
      fd_other=$(printf '%s\n' "$fd_found" | grep -vx own | head -n 1) || :
      if [ "$fd_status" = ${status} ] && [ -n "$fd_found" ] && [ -z "$fd_other" ]; then exit 0; fi
      [ "$(date +%s)" -lt "$fd_end" ] || break
      sleep ${String(interval)}
    done
    {
      if [ -f ${log} ]; then
        printf '%s\n' ${`The end of ${log}:`}
        tail -n ${LOG_LINES} -- ${log}
      fi
      if [ -n "$fd_other" ]; then
        printf '%s: on port %s listens %s, not this release; stop that, or choose another port\n' ${[begin, port]} "$fd_other"
      elif [ "$fd_status" = 000 ]; then
        printf '%s: %s has not answered within %s s\n' ${[begin, url, String(deadline)]}
      else
        printf '%s: %s answers %s, not %s, after %s s\n' ${[begin, url]} "$fd_status" ${[status, String(deadline)]}
      fi
    } >&2
    exit 1`;
}
