import { NOTICE_MARK, withoutMarks } from '@fairness-deploy/shell';
import type { RecordEvent } from './record-reader.js';
import type { RecordCollector, FramedRecord } from './record-collector.js';

/** How a step of a job ended. */
export type StepStatus = 'done' | 'failed' | 'not-run';

export interface StepResult {
  readonly name: string;
  readonly status: StepStatus;
  /** The end of the step's output; from the host, so it must be sanitised before it is shown. */
  readonly output: string;
  /** The step's time on the host, in seconds with two decimals; undefined when it didn't run. */
  readonly milliseconds: number | undefined;
  /** How the step's undo ended; undefined when there was no need, or no undo. */
  readonly undo: UndoResult | undefined;
}

export interface UndoResult {
  readonly status: 'done' | 'failed';
  readonly output: string;
}

/** Observes a running job. */
export interface JobObserver {
  /** @param at the step's place in the job */
  stepStarted?(name: string, at: number): void;
  stepEnded?(name: string, status: StepStatus, milliseconds: number): void;
  /** A step's output, as it comes, with a line break at its end. */
  stepOutput?(name: string, bytes: Buffer): void;
  undoStarted?(name: string): void;
}

/** Turns the frames of a job's log into calls of an observer, and into results. */
export class JobProgress {
  readonly #names: readonly string[];
  readonly #observer: JobObserver;
  readonly #started = new Map<string, number>();
  readonly #times = new Map<string, number>();

  readonly #mark: string;

  /** @param mark how the job marks its notices; default: this process's mark */
  constructor(names: readonly string[], observer: JobObserver, mark = NOTICE_MARK) {
    this.#names = names;
    this.#observer = observer;
    this.#mark = mark;
  }

  take(event: RecordEvent): void {
    const [kind, place = ''] = event.record.split('-');
    const at = Number.parseInt(place, 10);
    const name = this.#names[at];
    if (name === undefined) return;
    if (kind === 'undo') {
      if (event.type === 'begin') this.#observer.undoStarted?.(name);
    } else if (event.type === 'begin') {
      this.#started.set(event.record, event.seconds ?? 0);
      this.#observer.stepStarted?.(name, at);
    } else if (event.type === 'data') {
      this.#observer.stepOutput?.(name, event.bytes);
    } else {
      const since = this.#started.get(event.record) ?? 0;
      const milliseconds = Math.round(((event.seconds ?? since) - since) * 1000);
      this.#times.set(event.record, milliseconds);
      this.#observer.stepEnded?.(name, event.status === 0 ? 'done' : 'failed', milliseconds);
    }
  }

  /** How the steps have ended, as far as the records tell. */
  results(records: RecordCollector): readonly StepResult[] {
    return this.#names.map((name, at) => {
      const record = records.get(`step-${String(at)}`);
      const undo = records.get(`undo-${String(at)}`);
      return {
        name,
        status: statusOf(record),
        output: withoutMarks(record?.output ?? '', this.#mark),
        milliseconds: this.#times.get(`step-${String(at)}`),
        undo: undo && {
          status: undo.status === 0 ? 'done' : 'failed',
          output: withoutMarks(undo.output, this.#mark),
        },
      };
    });
  }
}

/** A step that began and has no end was cut off: it counts as failed. */
function statusOf(record: FramedRecord | undefined): StepStatus {
  if (!record) return 'not-run';
  return record.status === 0 ? 'done' : 'failed';
}
