import { STATE } from '../state-folder.js';
import { ConnectionLostError } from '../transport/errors.js';
import type { Connection } from '../transport/transport.js';
import type { RecordEvent } from './record-reader.js';
import { LOCK_HELD, type Job, type JobDescription } from './job.js';
import { startScript } from './job-script.js';
import { RecordCollector, type FramedRecord } from './records.js';

/** How a step of a job ended. */
export type StepStatus = 'done' | 'failed' | 'not-run';

export interface StepResult {
  readonly name: string;
  readonly status: StepStatus;
  /** What it printed, its end when there was much; from the host, so to be sanitised before it is shown. */
  readonly output: string;
  /** What it took on the host, to the hundredth of a second; undefined when it wasn't run. */
  readonly milliseconds: number | undefined;
  /** How what it did was taken back; undefined when there was no need, or no way. */
  readonly undo: UndoResult | undefined;
}

export interface UndoResult {
  readonly status: 'done' | 'failed';
  readonly output: string;
}

export interface JobResult {
  readonly steps: readonly StepResult[];
  /** The framed reads of {@link Job.verify}. */
  readonly records: RecordCollector;
  /** Whether the job came to its end; false when it was killed on the host. */
  readonly finished: boolean;
}

/** The connection ended while a job ran; the job goes on by itself. */
export class JobLostError extends Error {
  override readonly name = 'JobLostError';
  constructor(
    readonly host: string,
    job: Job,
    /** How far the job had come when it was last heard of. */
    readonly steps: readonly StepResult[],
    options: ErrorOptions,
  ) {
    const done = steps.filter(({ status }) => status === 'done').map(({ name }) => name);
    super(
      `Cannot follow the job ${job.id} on ${host} (${job.description.what}): the connection was lost after ` +
        `${String(done.length)} of ${String(steps.length)} steps${done.length > 0 ? ` (${done.join(', ')})` : ''}. ` +
        'The job goes on by itself; run the same command again to see what is left',
      options,
    );
  }
}

/** Follows a job as it goes. */
export interface JobObserver {
  stepStarted?(name: string): void;
  stepEnded?(name: string, status: StepStatus, milliseconds: number): void;
  /** What a step prints, as it comes. */
  stepOutput?(name: string, bytes: Buffer): void;
  undoStarted?(name: string): void;
}

/** The job that holds a host's lock. */
export interface LockHolder extends JobDescription {
  readonly id: string;
}

/** Another job holds the host's lock. */
export class LockHeldError extends Error {
  override readonly name = 'LockHeldError';
  constructor(
    readonly host: string,
    readonly holder: LockHolder,
  ) {
    super(
      `Cannot change ${host}: ${holder.who} holds its lock since ${holder.since}, for ${holder.what}; try again when that has ended. ` +
        `Its log there is ${STATE}/jobs/${holder.id}/log; should a program of it hang, end that one, and the job goes on from there`,
    );
  }
}

/**
 * Runs a job on a host in one round trip and follows it to its end.
 *
 * @throws LockHeldError when another job runs there; nothing was done then.
 * @throws JobLostError when the connection ends first; the job goes on by itself then.
 */
export async function runJob(
  connection: Connection,
  job: Job,
  observer: JobObserver = {},
): Promise<JobResult> {
  const progress = new Progress(job, observer);
  const records = new RecordCollector(job.nonce, (event) => {
    progress.take(event);
  });
  const steps = (): readonly StepResult[] =>
    job.steps.map((step, at) => stepResult(step.name, at, records, progress.times));
  const run = await connection
    .run(startScript(job), {
      ...(job.input && { input: job.input }),
      outputLimit: Number.POSITIVE_INFINITY,
      onOutput: (chunk) => {
        records.push(chunk);
      },
    })
    .catch((error: unknown) => {
      if (!(error instanceof ConnectionLostError)) throw error;
      throw new JobLostError(connection.target.name, job, steps(), { cause: error });
    });
  const lock = records.get('lock');
  if (lock?.status === LOCK_HELD)
    throw new LockHeldError(connection.target.name, parseHolder(lock.output));
  if (run.status !== 0) {
    throw new Error(
      `Cannot start a job on ${connection.target.name}: ${run.stderr.trim() || `its shell ended with status ${String(run.status)}`}; nothing was changed`,
    );
  }
  const results = steps();
  for (const { name, status } of results) {
    if (status === 'not-run') observer.stepEnded?.(name, status, 0);
  }
  return {
    steps: results,
    records,
    finished: records.get('finished')?.status === 0,
  };
}

function stepResult(
  name: string,
  at: number,
  records: RecordCollector,
  times: ReadonlyMap<string, number>,
): StepResult {
  const record = records.get(`step-${String(at)}`);
  const undo = records.get(`undo-${String(at)}`);
  return {
    name,
    status: statusOf(record),
    output: record?.output ?? '',
    milliseconds: times.get(`step-${String(at)}`),
    undo: undo && { status: undo.status === 0 ? 'done' : 'failed', output: undo.output },
  };
}

/** A step that began and didn't end was cut off: it counts as failed. */
function statusOf(record: FramedRecord | undefined): StepStatus {
  if (!record) return 'not-run';
  return record.status === 0 ? 'done' : 'failed';
}

/** Reads what {@link jobScript} writes into the lock: four lines. */
function parseHolder(written: string): LockHolder {
  const lines = written.split('\n');
  // One that has just taken the lock may not have written yet.
  const line = (at: number, unknown: string): string => {
    const text = lines[at] ?? '';
    return text === '' ? unknown : text;
  };
  return {
    what: line(0, 'an unknown job'),
    who: line(1, 'somebody'),
    since: line(2, 'just now'),
    // Part of a path in a message.
    id: line(3, '*').replaceAll(/[^\w*-]/g, ''),
  };
}

/** Turns frames into an observer's calls. */
class Progress {
  readonly times = new Map<string, number>();
  readonly #started = new Map<string, number>();

  constructor(
    readonly job: Job,
    readonly observer: JobObserver,
  ) {}

  take(event: RecordEvent): void {
    const [kind, place = ''] = event.record.split('-');
    const name = this.job.steps[Number.parseInt(place, 10)]?.name;
    if (name === undefined) return;
    if (kind === 'undo') {
      if (event.type === 'begin') this.observer.undoStarted?.(name);
    } else if (event.type === 'begin') {
      this.#started.set(event.record, event.seconds ?? 0);
      this.observer.stepStarted?.(name);
    } else if (event.type === 'data') {
      this.observer.stepOutput?.(name, event.bytes);
    } else {
      const since = this.#started.get(event.record) ?? 0;
      const milliseconds = Math.round(((event.seconds ?? since) - since) * 1000);
      this.times.set(event.record, milliseconds);
      this.observer.stepEnded?.(name, event.status === 0 ? 'done' : 'failed', milliseconds);
    }
  }
}
