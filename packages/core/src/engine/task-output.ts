import { MarkFinder, sh, type Script } from '@fairness-deploy/shell';

/** A stream of a task's output. */
export type TaskStream = 'out' | 'err';

/** The record of a task's command: its last step, behind those that prepare it. */
export function taskRecord(steps: readonly unknown[]): string {
  return `step-${String(steps.length - 1)}`;
}

const ERROR = 'e';
const END = '.';
const BREAK = 0x0a;

/** Stands before each line of standard error in a task's log, and behind all of its output. */
function markOf(jobId: string): string {
  return `fd-${jobId} `;
}

/** Hundredths of a second that a task waits for standard error of what it leaves running. */
const DAEMON_HUNDREDTHS = 100;

/** The same, when that prints without end. */
const ENDLESS_HUNDREDTHS = 1000;

/**
 * Runs a task's command in its step, with both streams in the job's log: lines of standard error
 * have a mark. Ends the step with the command's exit status. When the job is cancelled, the command
 * gets the signal, and the step waits for its end.
 *
 * @param command must not change directories for root's sake: it is a command, such as `setpriv …`
 */
export function runTask(jobId: string, command: Script): Script {
  const mark = markOf(jobId);
  return sh`
    trap : TERM
    # The job removes it, as it does its own.
    mkfifo -m 0600 -- "$FD_JOB"/output-errors
    (
    trap '' TERM
    # By lines: another program may read along.
    exec stdbuf -oL sed ${`s/^/${mark}${ERROR}/`} <"$FD_JOB"/output-errors
    ) &
    fd_marker=$!
    fd_status=0
    ${command} 2>"$FD_JOB"/output-errors || fd_status=$?
    fd_left=${DAEMON_HUNDREDTHS}
    while [ "$fd_left" -gt -${ENDLESS_HUNDREDTHS} ]; do
      fd_state=Z
      { read -r _ _ fd_state _ <"/proc/$fd_marker/stat"; } 2>/dev/null || :
      [ "$fd_state" != Z ] || break
      # S: nothing more has come.
      [ "$fd_left" -gt 0 ] || [ "$fd_state" != S ] || break
      sleep 0.01
      fd_left=$((fd_left - 1))
    done
    printf %s ${`${mark}${END}`}
    exit "$fd_status"`;
}

/** Parts the streams of a task's output, as they come from its step. */
export class TaskOutput {
  readonly #mark: MarkFinder;
  readonly #emit: (stream: TaskStream, bytes: Buffer) => void;
  #stream: TaskStream | 'mark' | 'end' = 'out';

  constructor(jobId: string, emit: (stream: TaskStream, bytes: Buffer) => void) {
    this.#mark = new MarkFinder(markOf(jobId));
    this.#emit = emit;
  }

  /** Takes the next bytes, cut anywhere. */
  push(chunk: Buffer): void {
    let rest: Buffer | undefined = chunk;
    while (rest && rest.length > 0 && this.#stream !== 'end') rest = this.#take(rest);
  }

  #take(bytes: Buffer): Buffer | undefined {
    if (this.#stream === 'mark') {
      this.#stream = bytes.toString('latin1', 0, 1) === ERROR ? 'err' : 'end';
      return bytes.subarray(1);
    }
    const { before, after } = this.#mark.push(bytes);
    this.#part(before);
    if (after) this.#stream = 'mark';
    return after;
  }

  /** A line of standard error ends with its line break, or with a mark. */
  #part(bytes: Buffer): void {
    const stop = this.#stream === 'err' ? bytes.indexOf(BREAK) + 1 : 0;
    if (this.#stream === 'err' && stop === 0) {
      this.#put('err', bytes);
      return;
    }
    this.#put('err', bytes.subarray(0, stop));
    this.#put('out', bytes.subarray(stop));
    this.#stream = 'out';
  }

  #put(stream: TaskStream, bytes: Buffer): void {
    if (bytes.length > 0) this.#emit(stream, bytes);
  }
}
