import type { Application, Check } from '@fairness-deploy/core';
import { COLOURS, findLive, forEachProgram, layoutOf, LISTENERS } from '@fairness-deploy/release';
import { lines, sh, waitUntil, type Script } from '@fairness-deploy/shell';
import { CONTROL } from './control.js';
import { judgePrograms } from './judge-programs.js';
import { groupsOf } from './layout.js';

/** The most bytes of a log's last line that are shown: the application decides its length. */
const LAST_LINE_BYTES = 4096;

/** For how many seconds Supervisor takes a program for starting, and a little longer. */
const STARTING_SECONDS = 2;

/**
 * The state of each program of the live release, and whatever else Supervisor runs of the
 * application. The check waits for a program that is starting.
 */
export function programCheck(application: Application): Check {
  return {
    name: 'processes',
    layer: 'process',
    read: read(application),
    judge: (output) => judgePrograms(output, application),
  };
}

/**
 * Prints, a line each: `live` the colour that gets the traffic, empty without one; `turn` the link to
 * the colour whose exclusive workers run; `wanted` each
 * program of the live release, where it listens, and its log; `program` what fd_control shows of a
 * program, of either colour; of one that runs `folder` where it works, `gone` when that is not there
 * any more and `listens` when it does; of one that doesn't, `said` the last line of its log.
 */
function read(application: Application): Script {
  const layout = layoutOf(application);
  const groups = COLOURS.flatMap((colour) => {
    const { shared, exclusive } = groupsOf(application.name, colour);
    return [shared, exclusive];
  });
  return sh`
    ${lines(CONTROL, LISTENERS)}
    ${findLive(layout)}
    ${waitUntil({
      // Right after a boot it is unknown whether the process stays up.
      until: sh`
        fd_all=$(fd_control show ${groups}) || exit
        ! printf '%s\n' "$fd_all" | grep -q ${`^${application.name}-`}"\${fd_live}[^ ]* STARTING"`,
      ...{ seconds: STARTING_SECONDS, pause: 0.25 },
      otherwise: sh`break`,
    })}
    printf 'live %s\n' "$fd_live"
    printf 'turn %s\n' "$(readlink -- ${layout.workers} || :)"
    printf '%s\n' "$fd_all" | sed 's/^/program /'
    # <program> <port, socket or nothing> <log>
    fd_look() {
      fd_line=$(printf '%s\n' "$fd_all" | grep -F -e "$1 ") || return 0
      read -r _ fd_state fd_pid fd_start _ <<fd_line_end
    $fd_line
    fd_line_end
      if [ "$fd_state" = RUNNING ]; then
        # Empty while it has not changed to its folder yet.
        fd_folder=$(readlink -- "/proc/$fd_pid/cwd") || fd_folder=
        printf 'folder %s %s\n' "$1" "$fd_folder"
        [ -d "$fd_folder" ] || printf 'gone %s\n' "$1"
        if [ -n "$2" ] && fd_listens ${application.user} "$fd_pid" "$2"; then printf 'listens %s\n' "$1"; fi
      elif [ "$fd_state" != STOPPED ] && [ "$(stat -c %Y -- "$3" 2>/dev/null || echo 0)" -ge "$fd_start" ]; then
        # An older line would explain an earlier state.
        printf 'said %s %s\n' "$1" "$(tail -c ${LAST_LINE_BYTES} -- "$3" | tail -n 1)"
      fi
    }
    for fd_colour in ${COLOURS}; do
      ${forEachProgram(
        layout,
        'fd_colour',
        sh`
          fd_group=${application.name}-"$fd_colour"
          [ "$fd_kind" = shared ] || fd_group=$fd_group-workers
          fd_log=${layout.logs}/"$fd_name-$fd_colour".log
          # With a log for each stream, the other one is from before.
          [ ! "\${fd_log%.log}.err.log" -nt "$fd_log" ] || fd_log=\${fd_log%.log}.err.log
          [ "$fd_colour" != "$fd_live" ] || printf 'wanted %s:%s %s %s\n' "$fd_group" "$fd_name" "$fd_log" "$fd_address"
          fd_look "$fd_group:$fd_name" "$fd_address" "$fd_log"`,
      )}
    done`;
}
