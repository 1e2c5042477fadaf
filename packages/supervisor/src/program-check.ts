import type { Application, Check, Finding, Process } from '@fairness-deploy/core';
import {
  COLOURS,
  findLive,
  layoutOf,
  listenAddress,
  LISTENERS,
  processLog,
  type Colour,
} from '@fairness-deploy/release';
import { lines, sh, waitUntil, type Script } from '@fairness-deploy/shell';
import { CONTROL, programs } from './control.js';
import { groupName, programName } from './layout.js';

/** The most bytes of a log's last line that are shown: the application decides its length. */
const LAST_LINE_BYTES = 4096;

/**
 * The state of each process in the live colour, and the processes in the other one. The check waits
 * for one that is starting.
 *
 * @param startSeconds how long Supervisor takes a process for starting
 */
export function programCheck(application: Application, startSeconds: number): Check {
  return {
    name: 'processes',
    read: read(application, startSeconds),
    judge: (output) => judge(output, application),
  };
}

/**
 * Prints, a line each: `live` the colour that gets the traffic, empty without one; `program` what
 * fd_control shows of a program; of one that runs `folder` where it works, `gone` when that is not
 * there any more and `listens` when it does; of one that doesn't, `said` the last line of its log.
 */
function read(application: Application, startSeconds: number): Script {
  const asked = COLOURS.flatMap((colour) => programs(application, colour));
  return sh`
    ${lines(CONTROL, LISTENERS)}
    ${findLive(layoutOf(application))}
    ${waitUntil({
      // Right after a boot it is unknown whether the process stays up.
      until: sh`
        fd_all=$(fd_control show ${asked}) || exit
        ! printf '%s\n' "$fd_all" | grep -q ":$fd_live STARTING"`,
      ...{ seconds: startSeconds + 1, pause: 0.25 },
      otherwise: sh`break`,
    })}
    printf 'live %s\n' "$fd_live"
    printf '%s\n' "$fd_all" | sed 's/^/program /'
    # <program> <port or socket> <log>
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
        ! fd_listens ${application.user} "$fd_pid" "$2" || printf 'listens %s\n' "$1"
      elif [ "$fd_state" != STOPPED ] && [ "$(stat -c %Y -- "$3" 2>/dev/null || echo 0)" -ge "$fd_start" ]; then
        # An older line would explain an earlier state.
        printf 'said %s %s\n' "$1" "$(tail -c ${LAST_LINE_BYTES} -- "$3" | tail -n 1)"
      fi
    }
    ${lines(
      ...application.processes.flatMap((process) =>
        COLOURS.map((colour) => {
          const { name } = process;
          const address = String(listenAddress(application, process, colour));
          const log = processLog(layoutOf(application), name, colour);
          return sh`fd_look ${[programName(application.name, name, colour), address, log]}`;
        }),
      ),
    )}`;
}

/** The data about a program. */
interface Program {
  readonly state: string;
  /** Supervisor's words about it. */
  readonly about: string;
  readonly folder: string | undefined;
  readonly gone: boolean;
  readonly listens: boolean;
  /** Its last line of output. */
  readonly said: string | undefined;
}

function judge(output: string, application: Application): readonly Finding[] {
  const live = COLOURS.find((colour) => output.startsWith(`live ${colour}\n`));
  const found = new Map<string, string>();
  for (const line of output.split('\n')) {
    const [, key = '', program = '', rest = ''] = /^(\w+) (\S+) ?(.*)$/.exec(line) ?? [];
    if (key !== 'live') found.set(`${key} ${program}`, rest);
  }
  const programOf = ({ name }: Process, colour: Colour): Program | undefined => {
    const program = programName(application.name, name, colour);
    const shown = found.get(`program ${program}`);
    if (shown === undefined) return undefined;
    // Words such as: RUNNING 704 1795863004 uptime 0:00:10
    const [state = '', , , ...about] = shown.split(' ');
    return {
      ...{ state, about: about.join(' '), folder: found.get(`folder ${program}`) },
      gone: found.has(`gone ${program}`),
      listens: found.has(`listens ${program}`),
      said: found.get(`said ${program}`),
    };
  };
  const none: Finding = {
    ...{ name: 'traffic', level: 'fail', data: {} },
    ...{ text: 'no release has the traffic', hint: 'deploy one' },
  };
  return [
    ...(live ? [] : [none]),
    ...application.processes.flatMap((process): readonly Finding[] => {
      const known = COLOURS.flatMap((colour) => {
        const program = programOf(process, colour);
        return program ? [{ colour, program }] : [];
      });
      if (known.length === 0) return [unknown(application, process)];
      return known.flatMap(({ colour, program }) =>
        colour === live
          ? [liveProcess(application, process, colour, program)]
          : program.state === 'RUNNING'
            ? [idleProcess(application, process, program)]
            : [],
      );
    }),
  ];
}

function unknown({ name: application }: Application, { name }: Process): Finding {
  return {
    ...{ name, level: 'fail', hint: 'provision', data: {} },
    text: `unknown to Supervisor, which has no group ${groupName(application, name)}`,
  };
}

/** The processes in the colour that isn't live: the previous release, until it has stopped. */
function idleProcess(application: Application, { name }: Process, program: Program): Finding {
  const release = releaseOf(application, program);
  return {
    ...{ name: `${name}, idle`, level: 'ok' },
    text: `RUNNING, ${program.about}${release === undefined ? '' : `, release ${release}`}, without traffic`,
    data: { state: program.state, release },
  };
}

function liveProcess(
  application: Application,
  process: Process,
  colour: Colour,
  program: Program,
): Finding {
  const { name } = process;
  const { state, about, gone, listens, said } = program;
  const release = releaseOf(application, program);
  const data = { state, about, release, colour, listens, ...(said !== undefined && { said }) };
  if (state !== 'RUNNING') {
    return {
      ...{ name, level: 'fail', data },
      text: `${state}${about === '' ? '' : `, ${about}`}${said === undefined ? '' : `\n${said}`}`,
      ...(state === 'BACKOFF'
        ? { hint: 'Supervisor tries again later; to start it now: provision' }
        : { hint: 'provision starts it' }),
    };
  }
  const runs = `RUNNING, ${about}${release === undefined ? '' : `, release ${release}`}`;
  if (gone) {
    const text = `${runs}, but its folder is gone`;
    return { name, level: 'fail', text, hint: 'deploy again', data };
  }
  if (!listens) {
    const address = String(listenAddress(application, process, colour));
    const text = `${runs}, but it does not listen on ${address}`;
    const hint = `see ${processLog(layoutOf(application), name, colour)}`;
    return { name, level: 'fail', text, hint, data };
  }
  return { name, level: 'ok', text: runs, data };
}

/** The release in whose folder a program works. */
function releaseOf(application: Application, { folder = '' }: Program): string | undefined {
  const { releases } = layoutOf(application);
  if (!folder.startsWith(`${releases}/`)) return undefined;
  // The kernel marks a removed folder like that (proc(5), /proc/<pid>/cwd).
  return folder
    .slice(releases.length + 1)
    .replace(/ \(deleted\)$/, '')
    .split('/')[0];
}
