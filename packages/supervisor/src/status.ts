import {
  COLOURS,
  findLive,
  layoutOf,
  listenAddress,
  LISTENERS,
  processLog,
  type Colour,
} from '@fairness-deploy/release';
import { type Application, type Process } from '@fairness-deploy/core';
import { deadline, lines, sh, type Script } from '@fairness-deploy/shell';
import { CONTROL, programs } from './control.js';
import { groupName, programName } from './layout.js';

/**
 * The shell function `fd_read`: finds in a line that templates/control.py shows, `$fd_line`, the
 * state of a program, as `$fd_state`, its process, as `$fd_pid`, when it was started last, as
 * `$fd_start`, and what Supervisor says of it, as `$fd_about`.
 */
const READ: Script = sh`
  fd_read() {
    # Words such as: shop-api:blue RUNNING 704 1795863004 uptime 0:00:10
    # shellcheck disable=SC2086
    set -- $fd_line
    fd_state=$2 fd_pid=$3 fd_start=$4
    shift 4
    fd_about=$*
  }`;

/** Bytes of a log's last line that are shown at most: the application decides how long it is. */
const LAST_LINE = 4096;

/**
 * Prints a line for each process: its state, since when it runs and of which release, or
 * what it said last; and a line for whatever runs in the colour that isn't live. Status 1 when
 * one that is live doesn't run, doesn't listen or has lost its release's folder; one that starts
 * is waited for.
 *
 * @param startSeconds how long Supervisor takes a process for starting
 */
export function status(application: Application, startSeconds: number): Script {
  const asked = COLOURS.flatMap((colour) => programs(application, colour));
  return sh`
    ${lines(CONTROL, READ, LISTENERS)}
    ${findLive(layoutOf(application))}
    ${deadline(startSeconds + 1)}
    while :; do
      fd_all=$(fd_control show ${asked})
      # Right after a boot nobody knows yet whether it stays up.
      printf '%s\n' "$fd_all" | grep -q ":$fd_live STARTING" || break
      ! fd_is_over || break
      sleep 0.25
    done
    fd_bad=0
    if [ -z "$fd_live" ]; then
      echo 'no release has the traffic; deploy one'
      fd_bad=1
    fi
    ${lines(...application.processes.map((process) => processStatus(application, process)))}
    exit "$fd_bad"`;
}

function processStatus(application: Application, process: Process): Script {
  const { name } = process;
  return sh`
    if ! printf '%s\n' "$fd_all" | grep -q -e ${`^${groupName(application.name, name)}:`}; then
      printf '%s: unknown to Supervisor\n' ${name}
      fd_bad=1
    fi
    ${lines(...COLOURS.map((colour) => colourStatus(application, process, colour)))}`;
}

function colourStatus(application: Application, process: Process, colour: Colour): Script {
  const { name } = process;
  const address = String(listenAddress(application, process, colour));
  const layout = layoutOf(application);
  const log = processLog(layout, name, colour);
  return sh`
    if fd_line=$(printf '%s\n' "$fd_all" | grep -e ${`^${programName(application.name, name, colour)} `}); then
      fd_read
      if [ "$fd_state" = RUNNING ]; then
        fd_folder=$(readlink -- "/proc/$fd_pid/cwd") || fd_folder=
        # Empty while it has not changed to its folder yet.
        case $fd_folder in
          ${layout.releases}/*) fd_release=\${fd_folder#${`${layout.releases}/`}} fd_release=", release \${fd_release%%/*}" ;;
          *) fd_release= ;;
        esac
        fd_note=
        if [ "$fd_live" != ${colour} ]; then
          fd_note=', without traffic'
        elif [ ! -d "$fd_folder" ]; then
          fd_note=', but its folder is gone; deploy again'
          fd_bad=1
        elif ! fd_listens ${application.user} "$fd_pid" ${address}; then
          fd_note=${`, but it does not listen on ${address}; see ${log}`}
          fd_bad=1
        fi
        printf '%s: RUNNING, %s%s%s\n' ${name} "$fd_about" "$fd_release" "$fd_note"
      elif [ "$fd_live" = ${colour} ]; then
        printf '%s: %s%s%s\n' ${name} "$fd_state" "\${fd_about:+, $fd_about}" \
          "$(case $fd_state in BACKOFF) echo '; Supervisor starts it again by itself, provision at once' ;; STOPPED | FATAL | EXITED) echo '; provision starts it' ;; esac)"
        # An older line would explain what is not the case any more.
        if [ "$fd_state" != STOPPED ] && [ "$(stat -c %Y -- ${log} 2>/dev/null || echo 0)" -ge "$fd_start" ]; then
          tail -c ${LAST_LINE} -- ${log} | tail -n 1
        fi
        fd_bad=1
      fi
    fi`;
}
