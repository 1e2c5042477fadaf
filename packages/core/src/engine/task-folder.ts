import { sh, type Script } from '@fairness-deploy/shell';
import { DEFINE_LIVES, JOBS } from './job-folder.js';
import type { TaskPlace } from './job.js';

/** The file in a job's folder that makes it a task: the application and the release, a line each. */
export const TASK = 'task';

/** The file in the folder of a console: a task on somebody's terminal, without a log. */
export const CONSOLE = 'console';

/** Writes what a task runs in into its folder, `$fd_dir`: before it looks whether that is there. */
export function writeTask({ application, release }: TaskPlace): Script {
  return sh`printf '%s\n' ${[application, release]} >"$fd_dir"/${TASK}`;
}

/** Defines `fd_task_runs <application> <release>`: whether a task runs in that release. */
export const DEFINE_TASK_RUNS: Script = sh`
  ${DEFINE_LIVES}
  fd_task_runs() {
    for fd_task in ${JOBS}/*/${TASK}; do
      [ -f "$fd_task" ] || continue
      { IFS= read -r fd_in && IFS= read -r fd_in_release; } <"$fd_task" || continue
      [ "$fd_in $fd_in_release" = "$1 $2" ] || continue
      ! fd_lives "\${fd_task%/*}" || return 0
    done
    return 1
  }`;

/** Prints a line for each running task of an application: `task`, its id, its release. */
export function printRunningTasks(application: string): Script {
  return sh`
    ${DEFINE_LIVES}
    for fd_task in ${JOBS}/*/${TASK}; do
      [ -f "$fd_task" ] || continue
      { IFS= read -r fd_in && IFS= read -r fd_in_release; } <"$fd_task" || continue
      [ "$fd_in" = ${application} ] || continue
      fd_dir=\${fd_task%/*}
      ! fd_lives "$fd_dir" || printf 'task %s %s\n' "\${fd_dir##*/}" "$fd_in_release"
    done`;
}
