import { lines, sh, type Script } from '@fairness-deploy/shell';
import type { RecordName } from './framed.js';

/** A read that may hang: it runs beside others, and is ended when its time is over. */
export interface TimedRead {
  readonly script: Script;
  /** Its time. */
  readonly seconds: number;
}

/** The exit status of timeout(1) when the time was over, and when SIGKILL ended the script. */
const [TIMED_OUT, KILLED] = [124, 137];

/** A process that ignores SIGTERM is killed so many seconds later. */
const KILL_AFTER_SECONDS = 1;

/** The most that a read may print, in the blocks of 512 bytes that ulimit counts: 4 MiB, as a record keeps. */
const OUTPUT_BLOCKS = 8192;

/**
 * Runs reads side by side, each in a shell of its own, and prints their records as framedRead() does. It
 * takes as long as the slowest. The scripts and their output are in a folder of root's in memory, so that
 * a full disk stops no read, and no user sees a script in the list of processes.
 *
 * @param framed a script beside them that prints records itself; when its time is over, some are missing
 */
export function timedReads(
  nonce: string,
  reads: readonly (TimedRead & { readonly record: RecordName })[],
  framed?: TimedRead,
): Script {
  if (reads.length === 0 && !framed) return sh`:`;
  return sh`
    (
    fd_reads=$(mktemp -d /run/fairness-deploy-read.XXXXXX 2>/dev/null || mktemp -d) || exit
    trap 'rm -rf -- "$fd_reads"' EXIT
    trap 'exit 1' HUP INT TERM
    # <record> <seconds> <script>
    fd_start_read() {
      printf '%s\n' "$3" >"$fd_reads/$1.sh"
      {
        fd_status=0
        (
          ulimit -f ${OUTPUT_BLOCKS}
          exec timeout --kill-after=${KILL_AFTER_SECONDS} "$2" sh "$fd_reads/$1.sh"
        ) </dev/null >"$fd_reads/$1" 2>"$fd_reads/$1!" || fd_status=$?
        case $fd_status in
          ${TIMED_OUT}) printf 'it has not ended after %s s\n' "$2" ;;
          ${KILLED}) printf 'it was killed: it had not ended after %s s, or the host has no memory left\n' "$2" ;;
        esac >>"$fd_reads/$1!"
        printf '%s\n' "$fd_status" >"$fd_reads/$1.status"
      } &
    }
    ${lines(...reads.map(({ record, seconds, script }) => sh`fd_start_read ${record} ${seconds} ${lines(sh`set -eu`, script).text}`))}
    ${framed === undefined ? sh`:` : sh`fd_start_read framed ${framed.seconds} ${framed.script.text}`}
    fd_print_read() {
      read -r fd_status <"$fd_reads/$1.status" || fd_status=1
      printf '\n%s begin %s\n' ${nonce} "$1"
      cat -- "$fd_reads/$1"
      printf '\n%s end %s %s\n' ${nonce} "$1" "$fd_status"
      [ "$fd_status" != 0 ] || return 0
      printf '\n%s begin %s!\n' ${nonce} "$1"
      cat -- "$fd_reads/$1!"
      printf '\n%s end %s! %s\n' ${nonce} "$1" "$fd_status"
    }
    wait
    ${framed === undefined ? sh`:` : sh`cat -- "$fd_reads/framed"`}
    ${lines(...reads.map(({ record }) => sh`fd_print_read ${record}`))}
    ) </dev/null`;
}
