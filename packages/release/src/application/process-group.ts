import { lines, sh, type Script } from '@fairness-deploy/shell';
import { LISTENERS } from './listeners.js';

/**
 * Defines `fd_note_group <process> <number>`, by which the plugin that runs processes notes the
 * first process that a deployment has just started for a process of the application. Later steps
 * trust no other: see {@link defineRuns}. The note is in the job's folder, which is root's alone.
 */
export const NOTE_GROUP: Script = lines(
  LISTENERS,
  sh`fd_note_group() { printf '%s %s\n' "$2" "$(fd_started "$2" || echo 0)" >"$FD_JOB/group-$1"; }`,
);

/**
 * Defines `fd_runs`, which succeeds while the process runs that this deployment has started, and
 * sets `fd_group` to its process group and `fd_since` to its start (also defines {@link
 * LISTENERS}). A process that ended and that Supervisor has started again is another process.
 *
 * @param process its name
 */
export function defineRuns(process: string): Script {
  return sh`
    ${LISTENERS}
    fd_group='' fd_since=''
    if [ -e "$FD_JOB"/group-${process} ]; then
      read -r fd_group fd_since <"$FD_JOB"/group-${process}
    fi
    fd_runs() { [ -n "$fd_group" ] && [ "$(fd_started "$fd_group")" = "$fd_since" ]; }`;
}
