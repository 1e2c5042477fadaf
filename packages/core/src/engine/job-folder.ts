import { sh, type Script } from '@fairness-deploy/shell';
import { STATE } from '../state-folder.js';

/** Where the folders of a host's jobs are. */
export const JOBS = `${STATE}/jobs`;

/** A job's own folder: its log and its records. */
export function jobFolder(id: string): string {
  return `${JOBS}/${id}`;
}

/** Where all that a job's steps print is kept, with the frames around it. */
export function jobLog(id: string): string {
  return `${jobFolder(id)}/log`;
}

/**
 * The shell's function `fd_lives <folder>`: whether that job runs or waits. Another process may
 * have the job's process id by now, so the test is whether the process holds the job's log open. An
 * empty file `pid` is being written.
 */
export const DEFINE_LIVES: Script = sh`
  fd_lives() {
    [ ! -e "$1/status" ] && [ -s "$1/pid" ] || return 1
    [ "/proc/$(cat -- "$1/pid")/fd/1" -ef "$1/log" ]
  }`;
