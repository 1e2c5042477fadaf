import { StringDecoder } from 'node:string_decoder';
import type { JobObserver } from '../engine/run-job.js';
import type { Run } from './run.js';

/** What is to be said of a job whose end isn't told. */
export const JOB_CUT_SHORT =
  "The job's end isn't known: it was killed on the host, or the disk of /var/lib is full; run the same command again to go on";

/** Reports a job's steps as they go. */
export function jobObserver(run: Run, host: string): JobObserver {
  const { reporter } = run;
  const decoders = new Map<string, StringDecoder>();
  const waiting = new Map<string, string>();
  return {
    stepStarted: (name) => {
      decoders.set(name, new StringDecoder('utf8'));
      reporter.report({ type: 'step-started', host, name });
    },
    stepEnded: (name, status, milliseconds) => {
      reporter.report({ type: 'step-ended', host, name, status, milliseconds });
    },
    stepOutput: (name, bytes) => {
      const line = decoders.get(name)?.write(bytes).trimEnd().split('\n').at(-1) ?? '';
      if (line === '') return;
      reporter.report({ type: 'step-output', host, name, line });
      // What keeps a step waiting is worth a line that stays, also where there is no live view.
      if (line.startsWith('Waiting') && waiting.get(name) !== line) {
        waiting.set(name, line);
        reporter.report({ type: 'notice', host, text: `${name}: ${line}` });
      }
    },
    undoStarted: (name) => {
      reporter.report({ type: 'undo', host, name });
    },
  };
}
