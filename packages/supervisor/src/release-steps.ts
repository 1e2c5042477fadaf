import {
  asUser,
  fail,
  lines,
  literal,
  processLog,
  sh,
  type Application,
  type Process,
  type Release,
  type ReleaseStep,
  type Script,
} from '@fairness-deploy/core';
import { CONTROL } from './control.js';
import { processEnvironmentFile, programName } from './layout.js';

/** How many of its last lines are shown of a process that doesn't start. */
const SHOWN_LINES = 30;

/** What Supervisor has to do for a release: stop the old processes, and start the new ones. */
export function releaseSteps(application: Application, release: Release): readonly ReleaseStep[] {
  return [
    ...application.processes.flatMap((process) => environmentStep(application, process, release)),
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

/** Writes what only this process has in its environment, as the application's user. */
function environmentStep(
  { user, home }: Application,
  { name, env }: Process,
  release: Release,
): readonly ReleaseStep[] {
  const entries = Object.entries(env);
  if (entries.length === 0) return [];
  const path = processEnvironmentFile(release.environmentFile, name);
  const content = lines(...entries.map(([key, value]) => sh`${literal(key)}=${value}`));
  return [
    {
      phase: 'install',
      name: `environment of ${name}`,
      run: asUser(
        user,
        sh`
          umask 077
          printf '%s\n' ${content.text} >${`${path}.new`}
          mv -fT -- ${`${path}.new`} ${path}`,
      ),
      // When the link couldn't be taken back, the release goes on running.
      undo: sh`
        [ "$(readlink -m -- ${`${home}/current`})" = "$(readlink -m -- ${release.path})" ] || ${asUser(user, sh`rm -f -- ${`${path}.new`} ${path}`)}`,
    },
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
  const log = processLog(application.name, process.name);
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
      ${literal(`${path}/`)}*) ;;
      ${literal(`${application.home}/`)}*)
        printf '%s runs in %s\n' ${process.name} "$fd_folder" >&2
        ${fail(`${begin}: what runs is not the release ${path}`)} ;;
    esac`;
}

/** Of the release that is in place again; when there is none, there was none before. */
function startAgain(application: Application, process: Process): Script {
  return sh`
    ${CONTROL}
    if [ -d ${`${application.home}/current/`} ]; then
      fd_reach
      supervisorctl start ${programName(application.name, process.name)}
    fi`;
}
