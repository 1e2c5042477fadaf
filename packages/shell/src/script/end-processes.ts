import { sh, type Script } from './sh.js';

/** Which processes to kill, and how. */
export interface EndedProcesses {
  /**
   * Prints the ids of the remaining processes, separated by spaces; nothing when all have ended.
   */
  readonly find: Script;
  /** Printed with the ids each time that signals are sent. */
  readonly say?: string;
  /**
   * Each signal is sent once, as `find` finds no new processes; a program may take a second SIGTERM
   * as a demand to end at once. Otherwise SIGTERM is repeated, then SIGKILL for as long.
   */
  readonly once?: boolean;
  /** Tenths of a second from SIGTERM to SIGKILL. */
  readonly killAfterTenths: number;
}

/**
 * Kills processes: SIGTERM, then SIGKILL for the remaining ones. Sets `fd_found` to the last ones
 * found.
 */
export function endProcesses({ find, say, once = false, killAfterTenths }: EndedProcesses): Script {
  return sh`
    fd_left=${killAfterTenths}
    fd_signal=TERM
    while [ "$fd_left" -gt -${once ? 1 : killAfterTenths} ]; do
      fd_found=$(
        ${find}
      )
      [ -n "$fd_found" ] || break
      ${say === undefined ? sh`:` : sh`printf '%s: %s\n' ${say} "$fd_found"`}
      # shellcheck disable=SC2086
      kill -s "$fd_signal" -- $fd_found 2>/dev/null || :
      ${once ? sh`fd_signal=0` : sh`:`}
      sleep 0.1
      fd_left=$((fd_left - 1))
      [ "$fd_left" -gt 0 ] || fd_signal=KILL
    done`;
}
