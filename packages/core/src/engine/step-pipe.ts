import { sh, type Script } from '../script/sh.js';
import type { Detour } from './framed.js';

/** Hundredths of a second for which a step's output is waited for after its end: what it left running may hold the pipe. */
const LINGER = 100;

/**
 * A step's output goes to the job's log through a pipe, and so what it runs can't truncate the
 * log, nor write anywhere but at its end. The pipe has a name in the job's folder, by which those
 * that print to it are found (sweep-jobs.ts). A daemon that a step leaves behind keeps the pipe
 * and its reader.
 */
export const DEFINE_PIPE: Script = sh`
  fd_open_pipe() {
  fd_pipe=$fd_dir/output
  rm -f "$fd_pipe"
  # On a full disk there may be no room for a name. What comes then must be run all the same.
  if ! mkfifo -m 0600 "$fd_pipe"; then
  fd_pipe=$fd_dir/log
  return
  fi
  # When the job is cancelled, it goes on until those that print have ended.
  (
  trap '' TERM
  exec cat <"$fd_pipe" 9>&-
  ) &
  fd_reader=$!
  }
  fd_drain_pipe() {
  [ "$fd_pipe" != "$fd_dir/log" ] || return 0
  fd_left=${LINGER}
  while kill -0 "$fd_reader" 2>/dev/null; do
  if [ "$fd_left" = 0 ]; then
  # On a busy host the reader itself may be late.
  fd_holder=$(find /proc/[0-9]*/fd -lname "$(readlink -f -- "$fd_pipe")" ! -path "/proc/$fd_reader/*" -print -quit 2>/dev/null)
  [ -z "$fd_holder" ] || break
  fd_left=${LINGER}
  fi
  sleep 0.01
  fd_left=$((fd_left - 1))
  done
  rm -f "$fd_pipe"
  }`;

/** The way through the pipe, where {@link DEFINE_PIPE} stands before. */
export const STEP_PIPE: Detour = {
  open: sh`fd_open_pipe`,
  to: sh`>>"$fd_pipe"`,
  drain: sh`fd_drain_pipe`,
};
