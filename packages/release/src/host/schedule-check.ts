import {
  applicationOf,
  judgedBy,
  type Check,
  type Environment,
  type Host,
} from '@fairness-deploy/core';
import { sh, type Script } from '@fairness-deploy/shell';
import { layoutOf } from '../application/layout.js';
import { defineScheduledRuns, recordsFolder } from '../scheduled-jobs/run-record.js';
import { hostOf, SCHEDULES_JSON } from '../scheduled-jobs/scheduled-job.js';
import { printWrongUnits } from '../scheduled-jobs/wrong-units.js';
import { judgeSchedules, type KnownSchedules } from './judge-schedules.js';

/** When each scheduled job of the live release runs next, and how its last run ended. */
export function scheduleCheck(environment: Environment, host: Host): Check {
  return {
    name: 'scheduled jobs',
    layer: 'upkeep',
    read: read(environment),
    ...judgedBy(judgeSchedules, knownOf(environment, host)),
  };
}

function knownOf(environment: Environment, host: Host): KnownSchedules {
  const { name: application, schedules = [] } = applicationOf(environment);
  const elsewhere = schedules.flatMap((job): (readonly [string, string])[] => {
    const name = hostOf(job, environment)?.name;
    return name === undefined || name === host.name ? [] : [[job.name, name]];
  });
  return { application, environment: environment.name, elsewhere: Object.fromEntries(elsewhere) };
}

/**
 * Prints, a line each: `live` the id of the live release and `jobs` its scheduled jobs; what
 * printWrongUnits() prints; `next <job> <time>` when a timer elapses; of the records (run-record.ts)
 * `running <job> <release> <start>`, or `cut …` when no such run is there any more, and `last <job> …`.
 */
function read(environment: Environment): Script {
  const application = applicationOf(environment);
  const { configuration } = layoutOf(application);
  const { name } = application;
  return sh`
    ${printWrongUnits(application)}
    printf 'live %s\n' "$fd_live_id"
    fd_list=${configuration}/$fd_live_id/${SCHEDULES_JSON}
    if [ -n "$fd_live_id" ] && [ -f "$fd_list" ] && IFS= read -r fd_line <"$fd_list"; then
      printf 'jobs %s\n' "$fd_line"
    fi
    for fd_unit in $fd_wanted; do
      case $fd_unit in *.timer) ;; *) continue ;; esac
      fd_next=$(TZ=UTC systemctl show -p NextElapseUSecRealtime --value -- "$fd_unit")
      # A timer that never elapses again has none.
      fd_next=$(date -d "\${fd_next:-none}" +%s 2>/dev/null) || continue
      fd_find_job "$fd_unit"
      printf 'next %s %s\n' "$fd_job" "$fd_next"
    done
    ${defineScheduledRuns(name)}
    for fd_record in ${recordsFolder(name)}/*.running ${recordsFolder(name)}/*.last; do
      [ -f "$fd_record" ] && IFS= read -r fd_line <"$fd_record" || continue
      fd_job=\${fd_record##*/}
      fd_kind=\${fd_job##*.}
      fd_job=\${fd_job%.*}
      if [ "$fd_kind" = running ] && ! fd_scheduled_runs "$fd_job"; then fd_kind=cut; fi
      printf '%s %s %s\n' "$fd_kind" "$fd_job" "$fd_line"
    done`;
}
