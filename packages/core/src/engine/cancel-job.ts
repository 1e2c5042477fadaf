import { sh, type Script } from '../script/sh.js';
import { STATE } from '../state-folder.js';

/** Tenths of a second that what a cancelled job runs gets to end by itself. */
const PATIENCE = 50;

/**
 * Ends what a job runs at the moment: the step fails, and the job takes back what it has done.
 * It prints nothing, and does nothing when the job has ended. The job itself lives on.
 */
export function cancelJob(jobId: string): Script {
  return sh`
    fd_job=$(cat -- ${`${STATE}/jobs/${jobId}/pid`} 2>/dev/null) || exit 0
    # Another process may have the number by now: a job holds its log open.
    [ "$(readlink -- "/proc/$fd_job/fd/1" 2>/dev/null)" = ${`${STATE}/jobs/${jobId}/log`} ] || exit 0
    kill -TERM "$fd_job"
    # All below it: some have made sessions of their own.
    fd_below() {
      fd_children=$(cat "/proc/$1/task/"*/children 2>/dev/null) || return 0
      for fd_child in $fd_children; do
        printf '%s ' "$fd_child"
        fd_below "$fd_child"
      done
    }
    fd_running=$(fd_below "$fd_job")
    fd_signal=TERM
    fd_left=${PATIENCE}
    while [ "$fd_left" -gt 0 ]; do
      fd_alive=
      for fd_pid in $fd_running; do
        ! kill -s "$fd_signal" "$fd_pid" 2>/dev/null || fd_alive=1
      done
      [ -n "$fd_alive" ] || break
      fd_signal=0
      sleep 0.1
      fd_left=$((fd_left - 1))
      [ "$fd_left" -gt 0 ] || for fd_pid in $fd_running; do kill -KILL "$fd_pid" 2>/dev/null || :; done
    done`;
}
