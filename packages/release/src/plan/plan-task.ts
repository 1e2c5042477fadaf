import type { Application } from '@fairness-deploy/core';
import { runTask, type Job } from '@fairness-deploy/core/engine';
import { fail, sh, withRightsOf, type Script } from '@fairness-deploy/shell';
import { commandPath, type Layout } from '../application/layout.js';
import { enterReleases } from '../host/enter-releases.js';
import { beginTask, endTask, type TaskOrigin } from '../host/task-record.js';
import { whileNothingIsRemoved } from '../scripts/beside-tasks.js';

/** What a task runs, and where. */
export interface TaskPlan {
  readonly application: Application;
  readonly layout: Layout;
  readonly origin: TaskOrigin;
  readonly words: readonly string[];
}

/** Checks, as root, that the release is there, and records that the task begins. */
export function prepareTask({ layout, origin }: TaskPlan): Script {
  const { release } = origin;
  const again = 'run it again, or name another release: --release';
  return sh`
    ${enterReleases(layout, 'Cannot run the task')}
    ${whileNothingIsRemoved(
      { layout },
      sh`
      [ -d ${`${layout.releases}/${release}`} ] || ${fail(`Cannot run the task: the release ${release} has been removed`, again)}`,
    )}
    ${beginTask(layout, origin)}`;
}

/** The command, with the rights of the application's user. The shell that runs it becomes it. */
export function taskCommand({ application, layout, origin, words }: TaskPlan): Script {
  const file = commandPath(layout, origin.release);
  return withRightsOf(
    application.user,
    // Accounts of applications have no shell to log in with, which consoles would start.
    sh`exec env SHELL=/bin/sh sh "$@"`,
    ...[file, origin.directory ?? '.', ...words],
  );
}

/** The steps of a task's job, and the record of its end. */
export function taskJob(plan: TaskPlan): Pick<Job, 'steps' | 'conclude'> {
  const { layout, origin } = plan;
  return {
    steps: [
      { name: 'begin', after: [], run: prepareTask(plan) },
      {
        name: 'command',
        after: [0],
        run: sh`
          cd /
          ${runTask(origin.task, taskCommand(plan))}`,
      },
    ],
    conclude: sh`
      [ -e "$FD_STEPS" ] || : >"$FD_STEPS"
      fd_status=$(awk '$1 == 1 { print $2 }' "$FD_STEPS")
      fd_seconds=$(awk '$1 == 1 { printf "%.1f", $4 - $3 }' "$FD_STEPS")
      fd_outcome=succeeded
      [ "$FD_FAILED" = 0 ] || fd_outcome=failed
      [ "$FD_CANCELLED" = 0 ] || fd_outcome=cancelled
      ${endTask(layout, origin)}`,
  };
}
