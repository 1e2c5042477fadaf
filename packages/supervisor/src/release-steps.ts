import {
  fail,
  layoutOf,
  processLog,
  sh,
  type Application,
  type Process,
  type Release,
  type ReleaseStep,
  type Script,
} from '@fairness-deploy/core';
import { CONTROL } from './control.js';
import { programName } from './layout.js';

/** How many of its last lines are shown of a process that doesn't start. */
const SHOWN_LINES = 30;

/** What Supervisor has to do for a release: stop the old processes, and start the new ones. */
export function releaseSteps(application: Application, release: Release): readonly ReleaseStep[] {
  return [
    ...application.processes.map((process): ReleaseStep => ({
      phase: 'stop',
      name: `stop ${process.name}`,
      run: stop(application, process),
      undo: startAgain(application, process),
    })),
    ...application.processes.map((process): ReleaseStep => ({
      phase: 'start',
      name: `start ${process.name}`,
      run: start(application, process, release.path),
      undo: stop(application, process),
    })),
  ];
}

function stop(application: Application, process: Process): Script {
  const program = programName(application.name, process.name);
  return sh`
    ${CONTROL}
    fd_reach
    supervisorctl stop ${program} || ${fail(`Cannot stop ${process.name}: Supervisor says why above. If it does not know it, provision first.`)}`;
}

/** `supervisorctl start` returns when it has stayed up, or hasn't; it asks nothing of one that is starting by itself. */
function start(application: Application, process: Process, path: string): Script {
  const program = programName(application.name, process.name);
  const layout = layoutOf(application);
  const log = processLog(layout, process.name);
  const begin = `Cannot start ${process.name}`;
  return sh`
    ${CONTROL}
    fd_reach
    fd_size=$(stat -c %s -- ${log} 2>/dev/null || echo 0)
    supervisorctl start ${program} || :
    fd_look ${program} || ${fail(`${begin}: provision first`)}
    while [ "$fd_state" = STARTING ]; do
      sleep 0.2
      fd_look ${program}
    done
    if [ "$fd_state" != RUNNING ]; then
      # Or it would be tried again and again.
      supervisorctl stop ${program} >/dev/null || :
      printf 'The last lines of %s:\n' ${log} >&2
      tail -c +"$((fd_size + 1))" -- ${log} | tail -n ${SHOWN_LINES} >&2 || :
      ${fail(`${begin}: it does not stay up`)}
    fi
    # The process tells what runs, not the link: it may be one that was there before.
    fd_folder=$(readlink -- "/proc/$fd_pid/cwd") || ${fail(`${begin}: it ended right after its start`)}
    case $fd_folder/ in
      ${`${path}/`}*) ;;
      ${`${layout.home}/`}*)
        printf '%s runs in %s\n' ${process.name} "$fd_folder" >&2
        ${fail(`${begin}: what runs is not the release ${path}`)} ;;
    esac`;
}

/** Of the release that is in place again; when there is none, there was none before. */
function startAgain(application: Application, process: Process): Script {
  return sh`
    ${CONTROL}
    if [ -d ${`${layoutOf(application).current}/`} ]; then
      fd_reach
      supervisorctl start ${programName(application.name, process.name)}
    fi`;
}
