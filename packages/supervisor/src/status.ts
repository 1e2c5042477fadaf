import {
  COLOURS,
  deadline,
  findLive,
  layoutOf,
  lines,
  portOf,
  processLog,
  sh,
  type Application,
  type Colour,
  type Process,
  type Script,
} from '@fairness-deploy/core';
import { CONTROL, programs } from './control.js';
import { groupName, programName } from './layout.js';

/**
 * The shell function `fd_read`: finds in a line that templates/control.py shows, `$fd_line`, the
 * state of a program, as `$fd_state`, what is said of it, as `$fd_about`, and, when it is
 * RUNNING, its process, as `$fd_pid`.
 */
const READ: Script = sh`
  fd_read() {
    # Words such as: shop-api:blue RUNNING pid 704, uptime 0:00:10
    # shellcheck disable=SC2086
    set -- $fd_line
    fd_state=$2
    fd_pid=\${4-}
    fd_pid=\${fd_pid%,}
    shift 2
    fd_about=$*
  }`;

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
    ${lines(CONTROL, READ)}
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
  const port = String(portOf(process, colour));
  const layout = layoutOf(application);
  const log = processLog(layout, name, colour);
  return sh`
    if fd_line=$(printf '%s\n' "$fd_all" | grep -e ${`^${programName(application.name, name, colour)} `}); then
      fd_read
      if [ "$fd_state" = RUNNING ]; then
        fd_folder=$(readlink -- "/proc/$fd_pid/cwd") || fd_folder=
        fd_release=\${fd_folder#${`${layout.releases}/`}}
        fd_note=
        if [ "$fd_live" != ${colour} ]; then
          fd_note=', without traffic'
        elif [ ! -d "$fd_folder" ]; then
          fd_note=', but its folder is gone; deploy again'
          fd_bad=1
        elif ! ss -Hltn ${`sport = :${port}`} | grep -q .; then
          fd_note=${`, but nothing listens on port ${port}; see ${log}`}
          fd_bad=1
        fi
        printf '%s: RUNNING, %s, release %s%s\n' ${name} "\${fd_about#*, }" "\${fd_release%%/*}" "$fd_note"
      elif [ "$fd_live" = ${colour} ]; then
        printf '%s: %s%s\n' ${name} "$fd_state" "\${fd_about:+, $fd_about}"
        # One that was stopped has nothing to say for it.
        [ "$fd_state" = STOPPED ] || tail -n 1 -- ${log} 2>/dev/null || :
        fd_bad=1
      fi
    fi`;
}
