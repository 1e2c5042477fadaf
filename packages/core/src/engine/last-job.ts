import { type Connection, lines, type Script, sh } from '@fairness-deploy/shell';
import { LOCK } from '../state-folder.js';
import { collect } from './collect.js';
import { framed } from './framed.js';
import type { JobDescription } from './job.js';
import { jobFolder, JOBS } from './job-folder.js';
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
  if ${LOCK_IS_HELD}; then
    # The lock's holder may be another one than the newest, which is about to be refused.
    fd_id=$(sed -n 4p ${LOCK})
    [ ! -d ${JOBS}/"$fd_id" ] || fd_dir=${JOBS}/$fd_id
    echo running
  else
    cat -- "$fd_dir/status" 2>/dev/null || echo gone
  fi
  printf '%s\n' "\${fd_dir##*/}"
  head -n 5 -- "$fd_dir/job"
  cat -- "$fd_dir/names" 2>/dev/null || :`;

/** Finds a host's newest job; the one that runs, if one does. Undefined when there was none yet. */
export async function findLastJob(connection: Connection): Promise<LastJob | undefined> {
  const records = await collect(connection, (word) => framed(word, 'job', READ));
  const [
    status = '',
    id = '',
    what = '',
    who = '',
    since = '',
    nonce = '',
    noticeMark = '',
    ...names
  ] = (records.get('job')?.output ?? '').split('\n');
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

/** The most bytes of an ended job's log that are read: its end. */
const LOG_LIMIT_BYTES = 4 * 1024 * 1024;

/** The record of the end of a followed job. */
const ENDED = 'ended';

/**
 * Reads a job's log, and follows a running job to its end, in one round trip.
 *
 * @returns its steps, and how it ended.
 * @throws ConnectionLostError when the connection ends first.
 */
export async function followJob(
  connection: Connection,
  { id, nonce, noticeMark, names, state }: LastJob,
  observer: JobObserver,
): Promise<{ readonly steps: readonly StepResult[]; readonly state: EndState }> {
  const progress = new JobProgress(names, observer, noticeMark);
  const records = new RecordCollector(nonce, (event) => {
    progress.take(event);
  });
  const folder = jobFolder(id);
  const follow =
    state === 'running'
      ? sh`tail -n +1 -f -s 0.05 --pid="$(cat -- ${`${folder}/pid`})" -- ${`${folder}/log`}`
      : sh`tail -c ${LOG_LIMIT_BYTES} -- ${`${folder}/log`}`;
  const ended = framed(nonce, ENDED, sh`cat -- ${`${folder}/status`}`);
  await connection.run(lines(follow, ended), {
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
