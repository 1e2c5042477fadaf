import { lines, sh, type Script } from '../script/sh.js';
import { STATE, LOCK } from '../state-folder.js';
import type { Connection } from '../transport/transport.js';
import { collect } from './collect.js';
import { framed } from './framed.js';
import type { JobDescription } from './job.js';
import { JobProgress, type JobObserver, type StepResult } from './job-progress.js';
import { RecordCollector } from './records.js';

/** The newest job of a host. */
export interface LastJob {
  readonly id: string;
  readonly description: JobDescription;
  /** `cut off`: it was killed, or the host lost power. */
  readonly state: 'running' | 'done' | 'failed' | 'cut off';
  readonly nonce: string;
  /** What its steps are called. */
  readonly names: readonly string[];
}

/** Prints whether a job runs or how the newest one ended, and its id, description and steps. */
const READ: Script = sh`
  fd_dir=
  for fd_one in ${`${STATE}/jobs`}/*/; do [ ! -f "$fd_one/job" ] || fd_dir=\${fd_one%/}; done
  [ -n "$fd_dir" ] || exit 0
  if [ -e ${LOCK} ] && ! flock -n ${LOCK} true; then
    # The lock's holder may be another one than the newest, which is about to be refused.
    fd_id=$(sed -n 4p ${LOCK})
    [ ! -d ${`${STATE}/jobs`}/"$fd_id" ] || fd_dir=${`${STATE}/jobs`}/$fd_id
    echo running
  else
    cat -- "$fd_dir/status" 2>/dev/null || echo gone
  fi
  printf '%s\n' "\${fd_dir##*/}"
  head -n 4 -- "$fd_dir/job"
  cat -- "$fd_dir/names" 2>/dev/null || :`;

/** Finds a host's newest job; the one that runs, if one does. Undefined when there was none yet. */
export async function findLastJob(connection: Connection): Promise<LastJob | undefined> {
  const records = await collect(connection, (word) => lines(framed(word, 'job', READ)));
  const [status = '', id = '', what = '', who = '', since = '', nonce = '', ...names] = (
    records.get('job')?.output ?? ''
  ).split('\n');
  if (!/^\w+-\w+$/.test(id) || !/^[0-9a-f]+$/.test(nonce)) return undefined;
  return {
    id,
    description: { what, who, since },
    state: status === 'running' ? 'running' : (STATES.get(status) ?? 'cut off'),
    nonce,
    names: names.flatMap(parseName),
  };
}

const STATES = new Map<string, LastJob['state']>([
  ['0', 'done'],
  ['1', 'failed'],
]);

function parseName(line: string): readonly string[] {
  try {
    const name: unknown = JSON.parse(line);
    return typeof name === 'string' ? [name] : [];
  } catch {
    return [];
  }
}

/** The most of a job's log that is read of one that has ended, in bytes: its end. */
const LOG_LIMIT = 4 * 1024 * 1024;

/**
 * Reads a job's log, and follows it to its end if it runs, in one round trip.
 *
 * @throws ConnectionLostError when the connection ends first.
 */
export async function followJob(
  connection: Connection,
  { id, nonce, names, state }: LastJob,
  observer: JobObserver,
): Promise<readonly StepResult[]> {
  const progress = new JobProgress(names, observer);
  const records = new RecordCollector(nonce, (event) => {
    progress.take(event);
  });
  const folder = `${STATE}/jobs/${id}`;
  const follow =
    state === 'running'
      ? sh`tail -n +1 -f -s 0.05 --pid="$(cat -- ${`${folder}/pid`})" -- ${`${folder}/log`}`
      : sh`tail -c ${LOG_LIMIT} -- ${`${folder}/log`}`;
  await connection.run(follow, {
    outputLimit: Number.POSITIVE_INFINITY,
    onOutput: (chunk) => {
      records.push(chunk);
    },
  });
  return progress.results(records);
}
