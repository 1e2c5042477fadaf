import { sh, type Script } from '@fairness-deploy/shell';
import type { Detour, RecordName } from './framed.js';

/** Hundredths of a second that the log waits for output of processes that outlive their step. */
const DAEMON_OUTPUT_HUNDREDTHS = 100;

/**
 * Hundredths of a second after which the log no longer waits for a process that prints without end.
 */
const ENDLESS_OUTPUT_HUNDREDTHS = 1000;

/**
 * A step prints to a pipe of its own, and a reader of root appends that to the job's log. So no
 * process of a step holds the log: none can truncate it, nor write into the record of a later step.
 * When the step has ended and its output is in the log, the reader drops the output of its daemons:
 * they neither block on a full pipe nor die of SIGPIPE.
 *
 * The pipes have names in the job's folder, by which sweep-jobs.ts finds the processes that print
 * to them. They are made before the job begins: later, a step may have filled the disk.
 */
export const DEFINE_PIPE: Script = sh`
  fd_open_pipe() {
  # Both ways first: opening one end alone waits for the other.
  exec 6<>"$1" 7<"$1" 8>"$1" 6>&-
  # tee keeps reading when the log can't be written; a cancelled job's reader ends after the
  # processes that print.
  (
  trap '' TERM
  exec tee /dev/null <&7 7<&- 8>&- 9>&-
  ) &
  fd_reader=$!
  }
  fd_drain_pipe() {
  exec 8>&-
  fd_left=${DAEMON_OUTPUT_HUNDREDTHS}
  while :; do
  fd_state=Z
  { read -r _ _ fd_state _ <"/proc/$fd_reader/stat"; } 2>/dev/null
  [ "$fd_state" != Z ] || break
  # S: the reader sleeps, as the pipe is empty. All of the step's output is in the log then.
  if [ "$fd_left" -le 0 ] && { [ "$fd_state" = S ] || [ "$fd_left" -le -${ENDLESS_OUTPUT_HUNDREDTHS} ]; }; then
  kill -s KILL "$fd_reader"
  # The shell reports the kill on standard error.
  { wait "$fd_reader"; } 2>/dev/null
  # No child of the job: when the job is cancelled, daemons of earlier steps keep running.
  ( cat <&7 >/dev/null 2>&1 7<&- 9>&- & )
  break
  fi
  sleep 0.01
  fd_left=$((fd_left - 1))
  done
  exec 7<&-
  }`;

/** Makes the pipes of a job's records in its folder, `$fd_dir`. */
export function makePipes(records: readonly RecordName[]): Script {
  return records.length === 0 ? sh`:` : sh`mkfifo -m 0600 -- ${records.map(pathOf)}`;
}

/** The way through a record's pipe; needs {@link DEFINE_PIPE} before it. */
export function stepPipe(record: RecordName): Detour {
  return {
    open: sh`fd_open_pipe ${pathOf(record)}`,
    to: sh`>&8 7<&- 8>&-`,
    drain: sh`fd_drain_pipe`,
  };
}

/** Removes the names of a job's pipes. Processes that hold one keep running. */
export const REMOVE_PIPES: Script = sh`rm -f -- "$fd_dir"/output-*`;

function pathOf(record: RecordName): Script {
  return sh`"$fd_dir"/${`output-${record}`}`;
}
