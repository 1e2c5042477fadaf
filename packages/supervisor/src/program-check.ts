import { judgedBy, type Application, type Check } from '@fairness-deploy/core';
import { COLOURS, findLive, forEachProgram, layoutOf, LISTENERS } from '@fairness-deploy/release';
import { lines, sh, waitUntil, type Script } from '@fairness-deploy/shell';
import { CONTROL } from './control.js';
import { judgePrograms, START } from './judge-programs.js';
import { groupsOf } from './layout.js';
import { startStopped } from './stopped-processes.js';

/** The most of a log's end that is shown: the application decides the length of its lines. */
const [LAST_LINES, LAST_BYTES] = [40, 8192];

/** How much of supervisord's log is read, and how many of its lines about one application are kept. */
const [LOG_BYTES, LOG_LINES] = [262_144, 400];

/** Seconds that an answer of a process may take. */
const ANSWER_SECONDS = 5;

/** supervisord's own log, as Debian has it. */
const SUPERVISOR_LOG = '/var/log/supervisor/supervisord.log';

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
    seconds: STARTING_SECONDS + ANSWER_SECONDS + 8,
    read: read(application),
    ...judgedBy(judgePrograms, {
      ...{ name: application.name, home: application.home },
      processes: application.processes.map(({ name, health }) => ({ name, health })),
    }),
    repairs: { [START]: startStopped(application) },
  };
}

/**
 * Prints, a line each: `live` the colour that gets the traffic, empty without one; `turn` the link to
 * the colour whose exclusive workers run; `now` the host's time and its zone; `wanted` each
 * program of the live release, where it listens, and its log; `program` what fd_control shows of a
 * program, of either colour; of one that runs `folder` where it works, `gone` when that is not there
 * any more, `memory` in KiB with all of its process group, `listens` when it does, and `elsewhere` each port
 * when it listens on others; `answers` the status and the seconds of its health check; `held` who else
 * listens where it should; of one that is not well, `said` the last lines of its log; `log` supervisord's lines.
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
    date '+now %s %z'
    printf '%s\n' "$fd_all" | sed 's/^/program /'
    # Names hold no character that is special there.
    fd_names=$(printf '%s\n' "$fd_all" | sed -n 's/^[^:]*:\([^ ]*\) .*/\1/p' | sort -u | paste -sd '|' -)
    tail -c ${LOG_BYTES} -- ${SUPERVISOR_LOG} 2>/dev/null |
      grep -E ": '?(\${fd_names:-none})('| )" | tail -n ${LOG_LINES} | sed 's/^/log /' || :
    # The memory of each process group, in KiB (proc(5), /proc/<pid>/stat).
    fd_memory=$(cat /proc/[0-9]*/stat 2>/dev/null | sed 's/^.*) //' |
      awk -v page="$(getconf PAGESIZE)" '{ pages[$3] += $22 } END { for (group in pages) print group, pages[group] * page / 1024 }') || :
    ${healthQuestions(application)}
    # <program> <port, socket or nothing> <log>
    fd_look() {
      fd_line=$(printf '%s\n' "$fd_all" | grep -F -e "$1 ") || return 0
      read -r _ fd_state fd_pid fd_start _ <<fd_line_end
    $fd_line
    fd_line_end
      if [ "$fd_state" = RUNNING ]; then
        # Empty while it has not changed to its folder yet, and once it has ended.
        fd_folder=$(readlink -- "/proc/$fd_pid/cwd") || fd_folder=
        printf 'folder %s %s\n' "$1" "$fd_folder"
        [ -z "$fd_folder" ] || [ -d "$fd_folder" ] || printf 'gone %s\n' "$1"
        printf '%s\n' "$fd_memory" | sed -n "s/^$fd_pid /memory $1 /p"
        if [ -z "$2" ]; then return 0; fi
        if fd_listens ${application.user} "$fd_pid" "$2"; then
          printf 'listens %s\n' "$1"
          # Side by side: each may take all of its time.
          fd_ask "$1" "$2" &
        else
          fd_tell_holder "$1" "$2"
          fd_tell_ports "$1" "$fd_pid"
          fd_tell_last "$1" "$3"
        fi
      elif [ "$fd_state" != STOPPED ]; then
        [ -z "$2" ] || fd_tell_holder "$1" "$2"
        # Older lines would explain an earlier state.
        if [ "$(stat -c %Y -- "$3" 2>/dev/null || echo 0)" -ge "$fd_start" ]; then fd_tell_last "$1" "$3"; fi
      fi
    }
    fd_tell_last() {
      tail -c ${LAST_BYTES} -- "$2" 2>/dev/null | tail -n ${LAST_LINES} | sed "s/^/said $1 /"
    }
    # Who else listens at an address.
    fd_tell_holder() {
      for fd_socket in $(fd_listeners "$2"); do
        # shellcheck disable=SC2046
        for fd_holder in $(fd_holders "$fd_socket" $(fd_processes)); do
          printf 'held %s %s %s %s\n' "$1" "$fd_holder" "$(stat -c %U -- "/proc/$fd_holder" 2>/dev/null)" "$(cat "/proc/$fd_holder/comm" 2>/dev/null)"
        done
      done
    }
    # The ports on which a process group listens.
    fd_tell_ports() {
      fd_members=$(cat /proc/[0-9]*/stat 2>/dev/null | sed 's/^\([0-9]*\) .*) /\1 /' | awk -v group="$2" '$4 == group { print $1 }')
      ss -Hltne | while read -r _ _ _ fd_local _ fd_rest; do
        fd_inode=\${fd_rest#*ino:}
        # shellcheck disable=SC2086
        [ -z "$(fd_holders "\${fd_inode%% *}" $fd_members)" ] || printf 'elsewhere %s %s\n' "$1" "\${fd_local##*:}"
      done
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
    done
    wait`;
}

/**
 * Defines `fd_ask <program> <port or socket>`, which prints the status and the seconds of the answer to the
 * path of its health check, as the environment has it. Nothing for one without a path.
 */
function healthQuestions({ processes }: Application): Script {
  const paths = processes.filter(({ health, fastcgi }) => health.path !== undefined && !fastcgi);
  return sh`
    fd_ask() {
      fd_path=
      case \${1#*:} in
        ${lines(...paths.map(({ name, health }) => sh`${name} | ${name}.*) fd_path=${health.path ?? '/'} ;;`))}
      esac
      [ -n "$fd_path" ] && command -v curl >/dev/null || return 0
      case $2 in
        /*) set -- "$1" --unix-socket "$2" -- "http://localhost$fd_path" ;;
        *) set -- "$1" -- "http://127.0.0.1:$2$fd_path" ;;
      esac
      fd_id=$1
      shift
      fd_said=$(curl --silent --globoff --noproxy '*' --output /dev/null --write-out '%{http_code} %{time_total}' --max-time ${ANSWER_SECONDS} "$@") || :
      printf 'answers %s %s %s\n' "$fd_id" "\${fd_said:-000 0}" "$fd_path"
    }`;
}
