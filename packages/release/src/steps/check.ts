import { processLog, sh, type Process, type ReleaseStep, type Script } from '@fairness-deploy/core';
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
 * An answer alone is no proof: an old process that wasn't stopped gives it as well. So the
 * process that listens must not run in the folder of another release.
 */
function check({ layout, release }: ReleaseSpec, process: Process): Script {
  const { path, status, interval, deadline } = process.health;
  const url = `http://127.0.0.1:${String(process.port)}${path}`;
  const longest = String(Math.min(LONGEST_TRY, deadline));
  const log = processLog(layout, process.name);
  return sh`
    fd_releases=$(cd -- ${layout.releases} && pwd -P)
    fd_other() {
      command -v ss >/dev/null || return 0
      for fd_pid in $(ss -Hltnp ${`sport = :${String(process.port)}`} | grep -o 'pid=[0-9]*' | sort -u); do
        fd_cwd=$(readlink -- "/proc/\${fd_pid#pid=}/cwd") || continue
        case $fd_cwd in
          "$fd_releases"/${release.id} | "$fd_releases"/${release.id}/*) ;;
          "$fd_releases"/*) printf '%s\n' "$fd_cwd" ;;
        esac
      done
    }
    fd_end=$(($(date +%s) + ${Math.ceil(deadline)}))
    while :; do
      fd_status=$(curl --silent --globoff --noproxy '*' --output /dev/null --write-out '%{http_code}' --max-time ${longest} -- ${url}) || :
      fd_old=$(fd_other)
      if [ "$fd_status" = ${status} ] && [ -z "$fd_old" ]; then exit 0; fi
      [ "$(date +%s)" -lt "$fd_end" ] || break
      sleep ${String(interval)}
    done
    {
      if [ -f ${log} ]; then
        printf '%s\n' ${`The end of ${log}:`}
        tail -n ${LOG_LINES} -- ${log}
      fi
      if [ -n "$fd_old" ]; then
        printf 'Cannot put %s on line: %s is still answered by another release, in %s\n' ${process.name} ${url} "$fd_old"
      elif [ "$fd_status" = 000 ]; then
        printf 'Cannot put %s on line: %s has not answered within %s s\n' ${process.name} ${url} ${String(deadline)}
      else
        printf 'Cannot put %s on line: %s answers %s, not %s, after %s s\n' ${process.name} ${url} "$fd_status" ${status} ${String(deadline)}
      fi
    } >&2
    exit 1`;
}
