import { jobLog } from '../engine/job-folder.js';
import type { StepResult } from '../engine/job-progress.js';
import { failureExcerpt } from './failure-excerpt.js';
import type { Run } from './run.js';

/**
 * Reports the failed steps of a job, and the undo steps that failed.
 *
 * @param of.log where all of its output is
 */
export function reportFailedSteps(
  run: Pick<Run, 'reporter'>,
  host: string,
  what: string,
  of: {
    readonly steps: readonly StepResult[];
    readonly cancelled: boolean;
    readonly log: string;
  },
): void {
  const { steps, cancelled, log } = of;
  for (const { name, status, output, undo } of steps) {
    // The output of a cancelled step explains nothing.
    if (status === 'failed' && !cancelled) {
      const message = `Cannot ${what}: the step "${name}" failed`;
      const details = failureExcerpt(output);
      run.reporter.report({ type: 'failure', host, message, details, hint: `all output: ${log}` });
    }
    if (undo?.status === 'failed') {
      run.reporter.report({
        ...{ type: 'failure', host, message: `Cannot undo "${name}"` },
        ...{ hint: 'undo it by hand', details: failureExcerpt(undo.output) },
      });
    }
  }
}

/** Where a job's log is, for people: on the host, for root alone. */
export function logOnHost(host: string, jobId: string): string {
  return `${jobLog(jobId)} on ${host}`;
}
