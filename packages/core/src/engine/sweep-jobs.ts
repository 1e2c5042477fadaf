import { endProcesses, sh, type Script } from '@fairness-deploy/shell';
import { DEFINE_LIVES, JOBS } from './job-folder.js';
import { TASK } from './task-folder.js';

/** How many folders a host keeps of the last deployments, of the last tasks, and of other jobs. */
export const KEPT = 20;

/** The most KiB of all jobs' folders together; the newest one of each kind stays whatever its size. */
const MOST_KIB = 256 * 1024;

/** Tenths of a second between SIGTERM and SIGKILL for processes of a job that was killed. */
const KILL_AFTER_TENTHS = 50;

/** After how many minutes a folder without a job counts as an interrupted transfer. */
const UNSENT_JOB_MINUTES = 24 * 60;

/**
 * Clears up after earlier jobs, within a job (`$fd_dir`) that has the lock: none of them runs, but
 * some may wait for the lock, or are being sent. Kills the processes of a job that was killed: they
 * print into its folder. A daemon of a job that ended normally keeps running. Keeps the folders of
 * the last jobs: those of deployments and of tasks apart, so that other jobs don't push out their
 * logs.
 *
 * @param which `tasks`: only after tasks, which needs no lock
 */
export function sweepJobs(which: 'all' | 'tasks' = 'all'): Script {
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
    fd_kept=0 fd_releases=0 fd_tasks=0 fd_sum=0
    fd_kib=$(du -sk -- ${JOBS})
    fd_kib=\${fd_kib%%[!0-9]*}
    # shellcheck disable=SC2012 # The names are ours.
    ls -td -- ${JOBS}/*/ | while read -r fd_one; do
    fd_one=\${fd_one%/}
    ${which === 'tasks' ? sh`[ -e "$fd_one"/${TASK} ] || continue` : sh`:`}
    if [ -e "$fd_one"/${TASK} ]; then
    fd_tasks=$((fd_tasks + 1)) fd_place=$fd_tasks
    elif [ -e "$fd_one/release" ]; then
    fd_releases=$((fd_releases + 1)) fd_place=$fd_releases
    else
    fd_kept=$((fd_kept + 1)) fd_place=$fd_kept
    fi
    if [ "$fd_kib" -gt ${MOST_KIB} ]; then
    fd_size=$(du -sk -- "$fd_one")
    fd_sum=$((fd_sum + \${fd_size%%[!0-9]*}))
    fi
    if [ "$fd_one" = "$fd_dir" ] || fd_lives "$fd_one"; then continue; fi
    if [ -s "$fd_one/pid" ] && [ ! -e "$fd_one/status" ]; then
    fd_end_strays "$fd_one"
    rm -f -- "$fd_one/input" "$fd_one/uncancellable.new" "$fd_one"/output-*
    echo 'cut off' >"$fd_one/status"
    fi
    if { [ -e "$fd_one/job" ] && { [ "$fd_place" -gt ${KEPT} ] || { [ "$fd_sum" -gt ${MOST_KIB} ] && [ "$fd_place" -gt 2 ]; }; }; } || { [ ! -e "$fd_one/job" ] && [ -n "$(find "$fd_one" -maxdepth 0 -mmin +${UNSENT_JOB_MINUTES})" ]; }; then
    rm -rf -- "$fd_one"
    fi
    done`;
}
