import { LineReader } from '@fairness-deploy/shell';
import type { JobObserver } from '../engine/job-progress.js';
import { TaskOutput } from '../engine/task-output.js';
import type { Run } from './run.js';

/** The section of the lines of a task's output. */
const SECTION = 'task';

/** Reports each line that a task prints, with its stream: `out` or `err`. */
export function taskObserver(
  { reporter }: Pick<Run, 'reporter'>,
  host: string,
  jobId: string,
): JobObserver {
  const readers = { out: new LineReader(), err: new LineReader() };
  const report = (source: 'out' | 'err', lines: readonly string[]): void => {
    for (const line of lines)
      reporter.report({ type: 'log', host, section: SECTION, source, line });
  };
  const output = new TaskOutput(jobId, (stream, bytes) => {
    report(stream, readers[stream].read(bytes));
  });
  return {
    stepOutput: (_name, bytes) => {
      output.push(bytes);
    },
    stepEnded: () => {
      report('out', readers.out.end());
      report('err', readers.err.end());
    },
  };
}
