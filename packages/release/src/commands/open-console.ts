import { taskEnd, type OpenHost, type Run } from '@fairness-deploy/core/commands';
import { consoleScript } from '@fairness-deploy/core/engine';
import type { Terminal } from '@fairness-deploy/shell';
import { HintedError } from '@fairness-deploy/shell/text';
import { prepareTask, taskCommand, taskJob } from '../plan/plan-task.js';
import type { PlannedTask } from './run-task-job.js';

/**
 * Runs a task on this terminal. It is no job: it ends with its connection. What it shows is not
 * masked, and kept nowhere.
 *
 * @returns the command's exit status.
 * @throws ConnectionLostError when the connection ends first.
 */
export async function openConsole(
  run: Run,
  { host, onTerminal }: OpenHost,
  { plan, job, terminal }: PlannedTask & { readonly terminal: Terminal },
): Promise<number> {
  if (!onTerminal) {
    throw new HintedError(`Cannot open a console on ${host.name}: it can't be reached by SSH`, {
      hint: 'leave out --tty',
    });
  }
  const { conclude } = taskJob(plan);
  const script = consoleScript({
    ...job,
    ...{ prepare: prepareTask(plan), command: taskCommand(plan) },
    ...(conclude && { conclude }),
  });
  const status = await onTerminal(script, terminal);
  if (status !== 0) {
    const { summary } = taskEnd(job, 'failed', status);
    run.reporter.report({ type: 'failure', host: host.name, message: summary });
  }
  return status;
}
