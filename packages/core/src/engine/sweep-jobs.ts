import { endProcesses, sh, type Script } from '@fairness-deploy/shell';
import { DEFINE_LIVES, JOBS } from './job-folder.js';

/** How many jobs' folders a host keeps. */
const KEPT = 20;

/** Tenths of a second between SIGTERM and SIGKILL for processes of a job that was killed. */
const KILL_AFTER_TENTHS = 50;

/** After how many minutes a folder without a job counts as an interrupted transfer. */
const UNSENT_JOB_MINUTES = 24 * 60;

/**
 * Clears up after earlier jobs, within a job (`$fd_dir`) that has the lock: none of them runs, but
 * some may wait for the lock, or are being sent. Kills the processes of a job that was killed: they
 * print into its folder. A daemon of a job that ended normally keeps running. Keeps the folders of
 * the last jobs.
 */
export function sweepJobs(): Script {
  return sh`
    ${DEFINE_LIVES}
    fd_end_strays() {
    ${endProcesses({
      find: sh`
        find /proc/[0-9]*/fd/1 /proc/[0-9]*/fd/2 -maxdepth 0 -lname "$(readlink -f -- "$1")/*" -printf '%h\n' 2>/dev/null |
          cut -d / -f 3 | sort -un | tr '\n' ' '`,
      say: 'Ending what an interrupted job has left',
      killAfterTenths: KILL_AFTER_TENTHS,
    })}
    }
    fd_kept=0
    # shellcheck disable=SC2012 # The names are ours.
    ls -td -- ${JOBS}/*/ | while read -r fd_one; do
    fd_one=\${fd_one%/}
    fd_kept=$((fd_kept + 1))
    if [ "$fd_one" = "$fd_dir" ] || fd_lives "$fd_one"; then continue; fi
    if [ -s "$fd_one/pid" ] && [ ! -e "$fd_one/status" ]; then
    fd_end_strays "$fd_one"
    rm -f -- "$fd_one/input" "$fd_one/uncancellable.new" "$fd_one"/output-*
    echo 'cut off' >"$fd_one/status"
    fi
    if { [ "$fd_kept" -gt ${KEPT} ] && [ -e "$fd_one/job" ]; } || { [ ! -e "$fd_one/job" ] && [ -n "$(find "$fd_one" -maxdepth 0 -mmin +${UNSENT_JOB_MINUTES})" ]; }; then
    rm -rf -- "$fd_one"
    fi
    done`;
}
