import { HintedError } from '@fairness-deploy/shell/text';
import { type Connection, ConnectionLostError } from '@fairness-deploy/shell';
import { SYSTEM_RECORD } from './framed.js';
import { Gatekeeper } from './gatekeeper.js';
import { JobProgress, type JobObserver, type StepResult } from './job-progress.js';
import { CANCELLED, LOCK_HELD, needsClient, type Job } from './job.js';
import { holderOf, LockHeldError } from './lock.js';
import {
  CANCELLED_RECORD,
  CHANGED_RECORD,
  CONCLUDE,
  startScript,
  UNRECORDED_RECORD,
} from './job-script.js';
import { CHANGED_SINCE, ChangedSinceError } from './last-change.js';
import { WorkBeside } from './work-beside.js';
import { parseSystem, UnsupportedSystemError } from '../system/host-system.js';
import { RecordCollector } from './record-collector.js';
import { LAST_CHANGE } from '../state-folder.js';

export interface JobResult {
  readonly steps: readonly StepResult[];
  /** The framed reads of {@link Job.verify}. */
  readonly records: RecordCollector;
  /** Whether the job ended by itself; false when it was killed on the host. */
  readonly finished: boolean;
  /** Whether it was cancelled, and has undone its steps. */
  readonly cancelled: boolean;
  /** What failed in `conclude`; undefined when it succeeded, or there was none. */
  readonly unconcluded: string | undefined;
}

/**
 * The connection ended while a job ran. The job continues; a step that waits for the client fails
 * after 45 s.
 */
export class JobLostError extends HintedError {
  override readonly name = 'JobLostError';
  readonly jobId: string;
  constructor(
    readonly host: string,
    job: Job,
    /** The job's progress when the client last heard of it. */
    readonly steps: readonly StepResult[],
    options: ErrorOptions,
  ) {
    const done = steps.filter(({ status }) => status === 'done').map(({ name }) => name);
    super(
      `Cannot follow the job ${job.id} on ${host} (${job.description.what}): the connection was lost after ` +
        `${String(done.length)} of ${String(steps.length)} steps${done.length > 0 ? ` (${done.join(', ')})` : ''}. ` +
        (needsClient(job.steps)
          ? 'Where a step needs this client, the job undoes what it did; otherwise it continues'
          : 'The job continues without this client'),
      { ...options, hint: `run attach${job.task ? ` --job ${job.id}` : ''} to watch it` },
    );
    this.jobId = job.id;
  }
}

/**
 * Runs a job on a host in one round trip and follows it to its end.
 *
 * @param connect makes one more connection to the host: needed when a step of the job has an `onClient`.
 * @throws UnsupportedSystemError when the host's system is not supported; nothing was done then.
 * @throws LockHeldError when another job runs there; nothing was done then.
 * @throws ChangedSinceError when the host has changed since the plan was made; nothing was done
 *   then.
 * @throws JobLostError when the connection ends first.
 * @throws TypeError when a step has an `onClient` and there is no way to answer.
 */
export async function runJob(
  connection: Connection,
  job: Job,
  observer: JobObserver = {},
  connect?: () => Promise<Connection>,
): Promise<JobResult> {
  const say = (name: string, line: string): void => {
    observer.stepOutput?.(name, Buffer.from(`${line}\n`));
  };
  const gatekeeper = gatekeeperOf(job, connect, say);
  const beside = new WorkBeside(job.steps, say);
  const progress = new JobProgress(
    job.steps.map(({ name }) => name),
    {
      ...observer,
      stepStarted: (name, at) => {
        observer.stepStarted?.(name, at);
        beside.stepStarted(at);
        void gatekeeper?.reached(at);
      },
      stepEnded: (...end) => {
        beside.stop();
        observer.stepEnded?.(...end);
      },
    },
  );
  const records = new RecordCollector(job.nonce, (event) => {
    progress.take(event);
  });
  const run = await connection
    .run(startScript(job), {
      ...(job.input && { input: job.input }),
      outputLimit: Number.POSITIVE_INFINITY,
      // A build or a migration has no time limit; a client can detach at any time.
      deadline: Number.POSITIVE_INFINITY,
      onOutput: (chunk) => {
        records.push(chunk);
      },
    })
    .catch((error: unknown) => {
      if (!(error instanceof ConnectionLostError)) throw error;
      throw new JobLostError(connection.target.name, job, progress.results(records), {
        cause: error,
      });
    })
    .finally(() => {
      beside.stop();
      return gatekeeper?.close();
    });
  const { name: host } = connection.target;
  const act = `${job.act ?? job.description.what} on`;
  const system = records.get(SYSTEM_RECORD);
  if (system) throw new UnsupportedSystemError(act, host, parseSystem(system.output));
  const lock = records.get('lock');
  if (lock?.status === LOCK_HELD) throw new LockHeldError(host, holderOf(lock.output.split('\n')));
  if (lock?.status === CANCELLED) {
    throw new Error(
      `Cannot ${act} ${host}: that was cancelled as it waited for ${holderOf(lock.output.split('\n')).what} to end; nothing was changed`,
    );
  }
  const changed = records.get(CHANGED_RECORD);
  if (changed?.status === CHANGED_SINCE) {
    throw new ChangedSinceError(host, changed.output);
  }
  const unrecorded = records.get(UNRECORDED_RECORD);
  if (unrecorded) {
    throw new Error(
      `Cannot ${act} ${host}: the job can't be recorded in ${LAST_CHANGE}; nothing was changed\n${unrecorded.output.trim()}`,
    );
  }
  if (run.status !== 0) {
    throw new Error(
      `Cannot start a job on ${host}: ${run.stderr.trim() || `its shell ended with status ${String(run.status)}`}; nothing was changed`,
    );
  }
  const steps = progress.results(records);
  for (const { name, status } of steps) {
    if (status === 'not-run') observer.stepEnded?.(name, status, 0);
  }
  const conclusion = records.get(CONCLUDE);
  return {
    steps,
    records,
    finished: records.get('finished')?.status === 0,
    cancelled: records.get(CANCELLED_RECORD) !== undefined,
    unconcluded: conclusion && conclusion.status !== 0 ? conclusion.output : undefined,
  };
}

function gatekeeperOf(
  job: Job,
  connect: (() => Promise<Connection>) | undefined,
  say: (name: string, line: string) => void,
): Gatekeeper | undefined {
  if (job.steps.every(({ onClient }) => onClient === undefined)) return undefined;
  if (connect) return new Gatekeeper(job, connect, say);
  throw new TypeError(
    `Cannot run the job ${job.id}: a step waits for the client, which has no way to answer`,
  );
}
