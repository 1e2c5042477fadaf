import { type Connection, lines, type Script, sh } from '@fairness-deploy/shell';
import { LOCK } from '../state-folder.js';
import { collect } from './collect.js';
import { framed } from './framed.js';
import type { JobDescription } from './job.js';
import { jobFolder, jobLog, JOBS } from './job-folder.js';
import { LOCK_IS_HELD } from './lock.js';
import { JobProgress, type JobObserver, type StepResult } from './job-progress.js';
import { CANCELLED_RECORD } from './job-script.js';
import { RecordCollector } from './record-collector.js';

/** How a job has ended. `cut off`: it was killed, or the host lost power. */
export type EndState = 'done' | 'failed' | 'cancelled' | 'cut off';

/** The newest job of a host. */
export interface LastJob {
  readonly id: string;
  readonly description: JobDescription;
  readonly state: 'running' | EndState;
  readonly nonce: string;
  /** How it marks its notices. */
  readonly noticeMark: string;
  /** What its steps are called. */
  readonly names: readonly string[];
}

/** Prints how the job `$fd_dir` ended, its id, description and steps. `$fd_state`: `running`, or nothing. */
export const PRINT_JOB: Script = sh`
  if [ -n "$fd_state" ]; then echo "$fd_state"; else cat -- "$fd_dir/status" 2>/dev/null || echo gone; fi
  printf '%s\n' "\${fd_dir##*/}"
  head -n 5 -- "$fd_dir/job"
  cat -- "$fd_dir/names" 2>/dev/null || :`;

/** Prints whether a job runs or how the newest one ended, and its id, description and steps. */
const READ: Script = sh`
  # By the host's clock, as ids have the clients' times. The newest job is the one that began or
  # ended last.
  fd_dir=$(ls -td -- ${JOBS}/*/ 2>/dev/null | while read -r fd_one; do
    if [ -f "\${fd_one}job" ]; then
      printf '%s\n' "\${fd_one%/}"
      break
    fi
  done)
  [ -n "$fd_dir" ] || exit 0
  fd_state=
  if ${LOCK_IS_HELD}; then
    # The lock's holder may be another one than the newest, which is about to be refused.
    fd_id=$(sed -n 4p ${LOCK})
    [ ! -d ${JOBS}/"$fd_id" ] || fd_dir=${JOBS}/$fd_id
    fd_state=running
  fi
  ${PRINT_JOB}`;

/** Finds a host's newest job; the one that runs, if one does. Undefined when there was none yet. */
export async function findLastJob(connection: Connection): Promise<LastJob | undefined> {
  const records = await collect(connection, (word) => framed(word, 'job', READ));
  return parseJob(records.get('job')?.output ?? '');
}

/** Parses what {@link PRINT_JOB} printed; undefined when it printed nothing. */
export function parseJob(printed: string): LastJob | undefined {
  const [
    status = '',
    id = '',
    what = '',
    who = '',
    since = '',
    nonce = '',
    noticeMark = '',
    ...names
  ] = printed.split('\n');
  if (!/^\w+-\w+$/.test(id) || !/^[0-9a-f]+$/.test(nonce)) return undefined;
  return {
    id,
    description: { what, who, since },
    state: status === 'running' ? 'running' : stateOf(status),
    nonce,
    noticeMark,
    names: names.flatMap(parseName),
  };
}

const STATES = new Map<string, EndState>([
  ['0', 'done'],
  ['1', 'failed'],
]);

/** A job that was killed, or whose host lost power, has written no status. */
function stateOf(status: string): EndState {
  return STATES.get(status.trimEnd()) ?? 'cut off';
}

function parseName(line: string): readonly string[] {
  try {
    const name: unknown = JSON.parse(line);
    return typeof name === 'string' ? [name] : [];
  } catch {
    return [];
  }
}

/** The most bytes of an ended job's log that are read to tell its end: its end. */
const LOG_LIMIT_BYTES = 4 * 1024 * 1024;

/** The record of the end of a followed job. */
const ENDED = 'ended';

/** A job's steps, and how it ended. */
export interface FollowedJob {
  readonly steps: readonly StepResult[];
  readonly state: EndState;
}

/**
 * Reads a job's log, and follows a running job to its end, in one round trip.
 *
 * @returns its steps, and how it ended.
 * @throws ConnectionLostError when the connection ends first.
 */
export function followJob(
  connection: Connection,
  job: LastJob,
  observer: JobObserver,
): Promise<FollowedJob> {
  const { id, state } = job;
  return readLog(
    connection,
    job,
    observer,
    state === 'running'
      ? sh`tail -n +1 -f -s 0.05 --pid="$(cat -- ${`${jobFolder(id)}/pid`})" -- ${jobLog(id)}`
      : sh`tail -c ${LOG_LIMIT_BYTES} -- ${jobLog(id)}`,
  );
}

/**
 * Reads what a job has logged so far, in one round trip.
 *
 * @param bytes how much of it at most: its end
 */
export function readJob(
  connection: Connection,
  job: LastJob,
  bytes: number,
  observer: JobObserver,
): Promise<FollowedJob> {
  return readLog(connection, job, observer, sh`tail -c ${bytes} -- ${jobLog(job.id)}`);
}

/** @param print prints the log */
async function readLog(
  connection: Connection,
  { id, nonce, noticeMark, names }: LastJob,
  observer: JobObserver,
  print: Script,
): Promise<FollowedJob> {
  const progress = new JobProgress(names, observer, noticeMark);
  const records = new RecordCollector(nonce, (event) => {
    progress.take(event);
  });
  const ended = framed(nonce, ENDED, sh`cat -- ${`${jobFolder(id)}/status`}`);
  await connection.run(lines(print, ended), {
    outputLimit: Number.POSITIVE_INFINITY,
    deadline: Number.POSITIVE_INFINITY,
    onOutput: (chunk) => {
      records.push(chunk);
    },
  });
  const ending = stateOf(records.get(ENDED)?.output ?? '');
  const cancelled = ending === 'failed' && records.get(CANCELLED_RECORD) !== undefined;
  return { steps: progress.results(records), state: cancelled ? 'cancelled' : ending };
}
