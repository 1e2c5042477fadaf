import {
  JOB_CUT_SHORT,
  logOnHost,
  reportFailedSteps,
  StreamPrinter,
  taskEnd,
  taskObserver,
  type OpenHost,
  type Run,
} from '@fairness-deploy/core/commands';
import {
  runJob,
  TaskOutput,
  taskRecord,
  type Job,
  type JobObserver,
} from '@fairness-deploy/core/engine';
import { sh } from '@fairness-deploy/shell';
import { taskJob, type TaskPlan } from '../plan/plan-task.js';

/** A task, and the job that runs it. */
export interface PlannedTask {
  readonly plan: TaskPlan;
  readonly job: Pick<Job, 'id' | 'nonce' | 'description' | 'act'> & Required<Pick<Job, 'task'>>;
}

/** Exit status of a task that was cancelled, and ended as if nothing had happened: that of SIGTERM. */
const CANCELLED = 143;

/**
 * Runs a task by a job, and prints its output.
 *
 * @returns the command's exit status; 1 when that isn't known.
 */
export async function runTaskJob(
  run: Run,
  { host, connection, another }: OpenHost,
  { plan, job: described }: PlannedTask,
): Promise<number> {
  const { reporter, options } = run;
  const job: Job = { ...described, ...taskJob(plan), verify: sh`:` };
  const observer = options.json ? taskObserver(run, host.name, job.id) : printing(run, job);
  const result = await run.jobs.during(
    {
      ...{ id: job.id, host: host.name, another, task: true },
      ...{ onDetach: 'continues', onCancel: 'end it' },
    },
    () => runJob(connection, job, observer),
  );
  const { steps, cancelled, finished, records } = result;
  const status = records.get(taskRecord(steps))?.status;
  const log = `npx nx run ${run.environment.name}:attach --job ${job.id}, which is ${logOnHost(host.name, job.id)}`;
  reporter.report({
    type: 'plugin',
    host: host.name,
    data: {
      ...{ type: 'task', host: host.name, task: job.id, release: plan.origin.release },
      ...{ command: plan.origin.command, cancelled },
      ...(status !== undefined && { status }),
    },
    text: '',
  });
  if (!finished) {
    reporter.report({
      ...{ type: 'failure', host: host.name, message: JOB_CUT_SHORT.summary },
      hint: `see what it has done: ${log}`,
    });
    return 1;
  }
  if (status === undefined) {
    reportFailedSteps(run, host.name, described.description.what, { steps, cancelled, log });
    return cancelled ? CANCELLED : 1;
  }
  const state = cancelled ? 'cancelled' : status === 0 ? 'done' : 'failed';
  const { summary } = taskEnd(job, state, status);
  if (state === 'done') {
    const text = `${summary}; its log: attach --job ${job.id}`;
    reporter.report({ type: 'notice', host: host.name, text });
    return 0;
  }
  reporter.report({ type: 'failure', host: host.name, message: summary, hint: `its log: ${log}` });
  return status === 0 ? CANCELLED : status;
}

/** Prints what the command prints, each stream to its own. */
function printing({ mask }: Pick<Run, 'mask'>, { id, steps }: Job): JobObserver {
  const printers = {
    out: new StreamPrinter(process.stdout, mask),
    err: new StreamPrinter(process.stderr, mask),
  };
  const output = new TaskOutput(id, (stream, bytes) => {
    printers[stream].push(bytes);
  });
  const last = steps.at(-1)?.name;
  return {
    stepOutput: (name, bytes) => {
      if (name === last) output.push(bytes);
    },
    stepEnded: () => {
      printers.out.end();
      printers.err.end();
    },
  };
}
