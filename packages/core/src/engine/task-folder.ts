import { sh, type Script } from '@fairness-deploy/shell';
import { STATE } from '../state-folder.js';
import { DEFINE_LIVES, JOBS } from './job-folder.js';
import type { TaskPlace } from './job.js';

/** The file in a job's folder that makes it a task: the application and the release, a line each. */
export const TASK = 'task';

/** The file in the folder of a console: a task on somebody's terminal, without a log. */
export const CONSOLE = 'console';

/**
 * The lock between tasks and the removal of releases: a task holds it shared while it looks whether
 * its release is there.
 */
const BEGINNING = `${STATE}/tasks`;

/** Writes what a task runs in into its folder, `$fd_dir`: before it looks whether that is there. */
export function writeTask({ application, release }: TaskPlace): Script {
  return sh`printf '%s\n' ${[application, release]} >"$fd_dir"/${TASK}`;
}

/**
 * Runs a script that must not run while a release is removed: a look whether the release is there.
 * What it finds stays there as long as the task runs.
 */
export function whileNothingIsRemoved(script: Script): Script {
  return sh`
    (
    flock -s 7
    ${script}
    ) 7>>${BEGINNING}`;
}

/**
 * Runs a short script while no task begins: it removes a release unless a task runs in it. See
 * {@link DEFINE_TASK_RUNS}.
 */
export function whileNoTaskBegins(script: Script): Script {
  return sh`
    (
    flock 7
    ${script}
    ) 7>>${BEGINNING}`;
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
