import type { JobObserver } from '../engine/job-progress.js';
import { LineReader, NOTICE_MARK, noticeIn } from '@fairness-deploy/shell';
import type { Run } from './run.js';

/** The summary of a job without a recorded end. */
export const JOB_CUT_SHORT = {
  summary:
    'It is not known how the job ended: it was killed on the host, or the disk of /var/lib is full',
  hint: 'run the same command again',
};

/** How many lines of a shown step are reported. */
const SHOWN_LINES = 200;

/** What a job's observer must know of the job. */
export interface JobObserverOptions {
  /** How the job marks its notices; default: this process's mark. */
  readonly mark?: string | undefined;
  /** The steps whose output people want to keep: each line of it is reported, up to a limit. */
  readonly shown?: ReadonlySet<string>;
}

/** Reports a job's steps as they go. */
export function jobObserver(
  { reporter }: Pick<Run, 'reporter'>,
  host: string,
  { mark = NOTICE_MARK, shown = new Set() }: JobObserverOptions = {},
): JobObserver {
  const lines = new Map<string, LineReader>();
  const left = new Map<string, number>();
  /** The line as it is reported; undefined when it is not. */
  const shownLine = (name: string, line: string): string | undefined => {
    const text = noticeIn(line, mark);
    if (text !== undefined || !shown.has(name) || line.trim() === '') return text;
    const more = left.get(name) ?? SHOWN_LINES;
    left.set(name, more - 1);
    if (more === 0) return '… more is in its log';
    return more > 0 ? line : undefined;
  };
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
      for (const text of read.map((line) => shownLine(name, line))) {
        if (text !== undefined) reporter.report({ type: 'notice', host, text: `${name}: ${text}` });
      }
      // An empty line shows nothing. The last line break of a step's output is not even the step's.
      const last = read.findLast((line) => line !== '');
      if (last === undefined) return;
      reporter.report({ type: 'step-output', host, name, line: noticeIn(last, mark) ?? last });
    },
    undoStarted: (name) => {
      reporter.report({ type: 'undo', host, name });
    },
  };
}
