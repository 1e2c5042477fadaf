import { type Connection, lines, type Script, sh } from '@fairness-deploy/shell';
import { LOCK } from '../state-folder.js';
import { collect } from './collect.js';
import { framed } from './framed.js';
import type { JobDescription } from './job.js';
import { DEFINE_LIVES, jobFolder, jobLog, JOBS } from './job-folder.js';
import { LOCK_IS_HELD } from './lock.js';
import { JobProgress, type JobObserver, type StepResult } from './job-progress.js';
import { CANCELLED_RECORD } from './job-script.js';
import { RecordCollector } from './record-collector.js';
import { CONSOLE, TASK } from './task-folder.js';
import { taskRecord } from './task-output.js';

/** How a job has ended. `cut off`: it was killed, or the host lost power. */
export type EndState = 'done' | 'failed' | 'cancelled' | 'cut off';

/** The newest job of a host. */
export interface LastJob {
  readonly id: string;
  /** Whether it is a task: it runs beside other jobs, and its output has two streams. */
  readonly task: boolean;
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
  fd_kind=job
  [ ! -e "$fd_dir"/${TASK} ] || fd_kind=task
  printf '%s %s\n' "\${fd_dir##*/}" "$fd_kind"
  head -n 5 -- "$fd_dir/job"
  cat -- "$fd_dir/names" 2>/dev/null || :`;

/**
 * Prints whether a job runs or how the newest one ended, and its id, description and steps: the job
 * that holds the lock, or else the newest task that runs, or else the newest job of all.
 */
const READ_LAST: Script = sh`
  # By the host's clock, as ids have the clients' times. The newest job is the one that began or
  # ended last.
  fd_newest() {
    # shellcheck disable=SC2012 # The names are ours.
    ls -td -- ${JOBS}/*/ 2>/dev/null | while read -r fd_one; do
      fd_one=\${fd_one%/}
      if [ -f "$fd_one/job" ] && [ ! -e "$fd_one"/${CONSOLE} ] && "$@" "$fd_one"; then
        printf '%s\n' "$fd_one"
        break
      fi
    done
  }
  fd_is_running_task() { [ -e "$1"/${TASK} ] && fd_lives "$1"; }
  fd_state=
  fd_id=
  if ${LOCK_IS_HELD}; then
    # The lock's holder may be another one than the newest, which is about to be refused.
    fd_id=$(sed -n 4p ${LOCK})
    fd_state=running
    if [ -d ${JOBS}/"$fd_id" ]; then
      fd_dir=${JOBS}/$fd_id
    else
      fd_dir=$(fd_newest :)
    fi
  else
    fd_dir=$(fd_newest fd_is_running_task)
    if [ -n "$fd_dir" ]; then fd_state=running; else fd_dir=$(fd_newest :); fi
  fi
  [ -n "$fd_dir" ] || exit 0
  ${PRINT_JOB}`;

/** The same of a job by its id; nothing when the host has none. */
function readJobOf(id: string): Script {
  return sh`
    fd_dir=${jobFolder(id)}
    [ -f "$fd_dir/job" ] || exit 0
    fd_state=
    ! fd_lives "$fd_dir" || fd_state=running
    ${PRINT_JOB}`;
}

/** Prints a line for each job that runs: its id, and what, who and since when, apart by tabs. */
const READ_RUNNING: Script = sh`
  for fd_one in ${JOBS}/*/job; do
    [ -f "$fd_one" ] || continue
    fd_one=\${fd_one%/job}
    fd_kind=job
    [ ! -e "$fd_one"/${TASK} ] || fd_kind=task
    [ ! -e "$fd_one"/${CONSOLE} ] || fd_kind=console
    ! fd_lives "$fd_one" || printf '%s\t%s\t%s\n' "\${fd_one##*/}" "$fd_kind" "$(head -n 3 -- "$fd_one/job" | paste -s)"
  done`;

/** A job that runs or waits for the lock. */
export interface LiveJob {
  readonly id: string;
  /** `console`: a task on somebody's terminal, which can't be followed. */
  readonly kind: 'job' | 'task' | 'console';
  readonly description: JobDescription;
}

/** The job that was asked for, and those that run. */
export interface FoundJobs {
  readonly job: LastJob | undefined;
  readonly running: readonly LiveJob[];
}

/** Finds a host's newest job; the one that runs, if one does. Undefined when there was none yet. */
export async function findLastJob(connection: Connection): Promise<LastJob | undefined> {
  return (await findJobs(connection)).job;
}

/**
 * Finds a job and those that run, in one round trip.
 *
 * @param id default: the job that holds the lock, the newest task that runs, or the newest job
 */
export async function findJobs(connection: Connection, id?: string): Promise<FoundJobs> {
  const records = await collect(connection, (word) =>
    lines(
      DEFINE_LIVES,
      framed(word, 'job', id === undefined ? READ_LAST : readJobOf(id)),
      framed(word, 'running', READ_RUNNING),
    ),
  );
  return {
    job: parseJob(records.get('job')?.output ?? ''),
    running: (records.get('running')?.output ?? '').split('\n').flatMap(parseRunning),
  };
}

function parseRunning(line: string): readonly LiveJob[] {
  const [id = '', kind, what = '', who = '', since = ''] = line.split('\t');
  if (!isJobId(id) || (kind !== 'job' && kind !== 'task' && kind !== 'console')) return [];
  return [{ id, kind, description: { what, who, since } }];
}

/** Whether a text has the form of a job's id, which is a folder's name on the host. */
export function isJobId(text: string): boolean {
  return /^\w+-\w+$/.test(text);
}

/** Parses what {@link PRINT_JOB} printed; undefined when it printed nothing. */
export function parseJob(printed: string): LastJob | undefined {
  const [
    status = '',
    name = '',
    what = '',
    who = '',
    since = '',
    nonce = '',
    noticeMark = '',
    ...names
  ] = printed.split('\n');
  const [id = '', kind] = name.split(' ');
  if (!isJobId(id) || !/^[0-9a-f]+$/.test(nonce)) return undefined;
  return {
    id,
    task: kind === 'task',
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
  /** Of a task: the status with which its command ended; undefined when that is not known. */
  readonly exitStatus: number | undefined;
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
  return {
    steps: progress.results(records),
    state: cancelled ? 'cancelled' : ending,
    exitStatus: records.get(taskRecord(names))?.status,
  };
}
