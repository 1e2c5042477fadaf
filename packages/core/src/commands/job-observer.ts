import type { JobObserver } from '../engine/job-progress.js';
import { LineReader } from '../stream/line-reader.js';
import type { Run } from './run.js';

/** What is to be said of a job whose end isn't told. */
export const JOB_CUT_SHORT =
  "The job's end isn't known: it was killed on the host, or the disk of /var/lib is full; run the same command again to go on";

/** Reports a job's steps as they go. */
export function jobObserver(run: Run, host: string): JobObserver {
  const { reporter } = run;
  const lines = new Map<string, LineReader>();
  return {
    stepStarted: (name) => {
      lines.set(name, new LineReader());
      reporter.report({ type: 'step-started', host, name });
    },
    stepEnded: (name, status, milliseconds) => {
      reporter.report({ type: 'step-ended', host, name, status, milliseconds });
    },
    stepOutput: (name, bytes) => {
      const read = lines.get(name)?.read(bytes) ?? [];
      // What keeps a step waiting is worth a line that stays, also where there is no live view,
      // and so is what failed and was let pass.
      for (const line of read.filter((one) =>
        /^(?:Waiting for |Warning: the optional hook failed)/.test(one),
      )) {
        reporter.report({ type: 'notice', host, text: `${name}: ${line}` });
      }
      const line = read.at(-1);
      if (line !== undefined) reporter.report({ type: 'step-output', host, name, line });
    },
    undoStarted: (name) => {
      reporter.report({ type: 'undo', host, name });
    },
  };
}
