import type { JobObserver } from '../engine/job-progress.js';
import { TaskOutput } from '../engine/task-output.js';
import { lineReport } from '../report/line-report.js';
import type { Run } from './run.js';

/** Reports each line that a task prints, with its stream: `out` or `err`. */
export function taskObserver(
  { reporter }: Pick<Run, 'reporter'>,
  host: string,
  jobId: string,
): JobObserver {
  const { push, end } = lineReport(reporter, host, 'task');
  const output = new TaskOutput(jobId, push);
  return {
    stepOutput: (_name, bytes) => {
      output.push(bytes);
    },
    stepEnded: end,
  };
}
