import type { Application, Check } from '@fairness-deploy/core';
import { localTime } from '@fairness-deploy/core/engine';
import { layoutOf } from '../application/layout.js';
import { parseTasks, printTasks } from './task-record.js';

/** Shows the tasks that run: nothing when there are none. */
export function taskCheck(application: Application): Check {
  return {
    name: 'tasks',
    layer: 'upkeep',
    read: printTasks(layoutOf(application), application.name),
    judge: (output) =>
      parseTasks(output)
        .filter(({ outcome }) => outcome === 'running')
        .map(({ task, command, release, terminal, who, from, started }) => ({
          ...{ name: `${terminal ? 'console' : 'task'} ${task}`, level: 'ok' as const },
          text: `${command}, in ${release}, by ${who} from ${from}, since ${localTime(started)}`,
          data: { task, command, release, terminal, who, from, started },
        })),
  };
}
