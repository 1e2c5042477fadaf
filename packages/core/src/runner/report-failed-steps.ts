import type { StepResult } from '../engine/job-progress.js';
import type { Run } from './run.js';

/** The most characters of a failed step's line that are shown: the end of the line. */
const LONGEST_LINE_CHARACTERS = 500;

/** Reports the failed steps of a job, and the undo steps that failed. */
export function reportFailedSteps(
  run: Pick<Run, 'reporter'>,
  host: string,
  what: string,
  { steps, cancelled }: { readonly steps: readonly StepResult[]; readonly cancelled: boolean },
): void {
  for (const { name, status, output, undo } of steps) {
    // The output of a cancelled step explains nothing.
    if (status === 'failed' && !cancelled) {
      const message = `Cannot ${what}: the step "${name}" failed`;
      run.reporter.report({ type: 'failure', host, message, details: lastLines(output, 30) });
    }
    if (undo?.status === 'failed') {
      run.reporter.report({
        ...{ type: 'failure', host, message: `Cannot undo "${name}"` },
        ...{ hint: 'undo it by hand', details: lastLines(undo.output, 30) },
      });
    }
  }
}

/** The end of a step's output; one line may have any length. */
export function lastLines(text: string, count: number): string {
  return text
    .trimEnd()
    .split('\n')
    .slice(-count)
    .map((line) =>
      line.length > LONGEST_LINE_CHARACTERS ? `…${line.slice(-LONGEST_LINE_CHARACTERS)}` : line,
    )
    .join('\n');
}
