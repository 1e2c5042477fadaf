import { DEFINE_TASK_RUNS } from '@fairness-deploy/core/engine';
import { sh, type Script } from '@fairness-deploy/shell';
import { makeTasksLock } from '../host/task-record.js';
import type { ReleaseSpec } from './release-spec.js';

type Spec = Pick<ReleaseSpec, 'application' | 'layout'>;

/**
 * Runs a short script that takes a release away, unless a task runs in it. A task that begins now
 * waits, and then finds no release.
 *
 * @param release its id, or the shell's word for it
 */
export function unlessTaskRuns(
  { application, layout }: Spec,
  release: string | Script,
  script: Script,
): Script {
  return sh`
    ${makeTasksLock(layout)}
    (
    flock 7
    ${DEFINE_TASK_RUNS}
    if fd_task_runs ${application.name} ${release}; then
      printf 'Keeping %s: a task runs in it\n' ${release}
    else
      ${script}
    fi
    ) 7>>${layout.tasksLock}`;
}

/**
 * Runs a short script of a task that looks whether its release is there: while no release is taken
 * away. What it finds stays for as long as the task runs.
 */
export function whileNothingIsRemoved({ layout }: Pick<Spec, 'layout'>, script: Script): Script {
  return sh`
    ${makeTasksLock(layout)}
    (
    flock -s 7
    ${script}
    ) 7>>${layout.tasksLock}`;
}
