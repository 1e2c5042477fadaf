import type { Application, ScheduledJob } from '@fairness-deploy/core';
import { STATE } from '@fairness-deploy/core/engine';
import { literal, sh, type Script } from '@fairness-deploy/shell';
import { layoutOf } from '../application/layout.js';
import { RELEASE_ID_GLOB } from '../application/release-id.js';
import { UNIT_PREFIX } from './scheduled-job.js';

/**
 * What systemd forgets with a reboot: `<job>.running`, the release and the start of a run, and
 * `<job>.last`, how the last run ended. Root's alone.
 *
 * - `<job>.running`: `<release> <start> <seconds that it may take>`
 * - `<job>.last`: the same, and `<end> <result> <code> <status>`, the last three as systemd's
 *   SERVICE_RESULT, EXIT_CODE and EXIT_STATUS (systemd.exec(5))
 *
 * Times are seconds since 1970.
 */
export function recordsFolder(application: string): string {
  return `${STATE}/schedules/${application}`;
}

/** The command that records the start of a run. */
export function recordStart(
  application: string,
  { name, timeout }: Pick<ScheduledJob, 'name' | 'timeout'>,
  releaseId: string,
): readonly string[] {
  const folder = recordsFolder(application);
  return command(sh`
    umask 077
    mkdir -p -- ${folder}
    cd -- ${folder}
    printf '%s %s %s\n' ${releaseId} "$(date +%s)" ${timeout} >${`${name}.new`}
    mv -fT -- ${`${name}.new`} ${`${name}.running`}`);
}

/** The command that records the end of a run, with the variables that systemd gives to ExecStopPost. */
export function recordEnd(application: string, job: string): readonly string[] {
  return command(sh`
    umask 077
    cd -- ${recordsFolder(application)}
    read -r fd_begun <${`${job}.running`}
    printf '%s %s %s %s %s\n' "$fd_begun" "$(date +%s)" "$SERVICE_RESULT" "\${EXIT_CODE:-none}" "\${EXIT_STATUS:-none}" >${`${job}.new`}
    mv -fT -- ${`${job}.new`} ${`${job}.last`}
    rm -f -- ${`${job}.running`}`);
}

function command(script: Script): readonly string[] {
  return ['/bin/sh', '-euc', script.reveal()];
}

/**
 * Defines `fd_scheduled_runs <job>`, which succeeds while a run of the scheduled job is not over, of
 * whatever release.
 */
export function defineScheduledRuns(application: string): Script {
  return sh`
    fd_scheduled_runs() {
      case $(systemctl show -p ActiveState --value -- ${application}-"$1".service 2>/dev/null) in
        activating | active | reloading | deactivating) ;;
        *) return 1 ;;
      esac
    }`;
}

/**
 * Prints the ids of the releases in which a scheduled job runs, a line each: such a release must not
 * be removed.
 */
export function printScheduledReleases(application: string): Script {
  return sh`
    ${defineScheduledRuns(application)}
    for fd_record in ${recordsFolder(application)}/*.running; do
      [ -f "$fd_record" ] || continue
      read -r fd_run _ <"$fd_record" || continue
      case $fd_run in ${literal(RELEASE_ID_GLOB)}) ;; *) continue ;; esac
      fd_record=\${fd_record##*/}
      if fd_scheduled_runs "\${fd_record%.running}"; then printf '%s\n' "$fd_run"; fi
    done`;
}

/** Removes the records of scheduled jobs that no release of the host has, unless one still runs. */
export function pruneRecords({ name, home }: Pick<Application, 'name' | 'home'>): Script {
  const folder = recordsFolder(name);
  const { configuration } = layoutOf({ name, home });
  return sh`
    ${defineScheduledRuns(name)}
    for fd_record in ${folder}/*.last ${folder}/*.running; do
      [ -f "$fd_record" ] || continue
      fd_job=\${fd_record##*/}
      fd_job=\${fd_job%.*}
      for fd_file in ${configuration}/*/${UNIT_PREFIX}"$fd_job".timer; do
        [ -e "$fd_file" ] || fd_scheduled_runs "$fd_job" || rm -f -- "$fd_record"
        break
      done
    done`;
}
