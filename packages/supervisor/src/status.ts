import {
  layoutOf,
  lines,
  processLog,
  sh,
  type Application,
  type Process,
  type Script,
} from '@fairness-deploy/core';
import { READ, REACH } from './control.js';
import { programName } from './layout.js';

/**
 * Prints a line for each process: its state, since when it runs and of which release, or
 * what it said last. Status 1 when one doesn't run.
 */
export function status(application: Application): Script {
  return sh`
    ${lines(REACH, READ)}
    fd_reach
    fd_bad=0
    # Once for all: it takes 0.2 s. Its status is 3 when one of them doesn't run.
    fd_all=$(supervisorctl status) || [ $? -eq 3 ]
    ${lines(...application.processes.map((process) => processStatus(application, process)))}
    exit "$fd_bad"`;
}

function processStatus(application: Application, { name }: Process): Script {
  const layout = layoutOf(application);
  const log = processLog(layout, name);
  return sh`
    fd_state='unknown to Supervisor' fd_line=
    if fd_line=$(printf '%s\n' "$fd_all" | grep -e ${`^${programName(application.name, name)} `}); then
      fd_read
    fi
    if [ "$fd_state" = RUNNING ]; then
      fd_folder=$(readlink -- "/proc/$fd_pid/cwd") || fd_folder=
      fd_release=\${fd_folder#${`${layout.releases}/`}}
      printf '%s: RUNNING, %s, release %s\n' ${name} "\${fd_line#*, }" "\${fd_release%%/*}"
    else
      fd_line=\${fd_line#*"$fd_state"}
      printf '%s: %s%s\n' ${name} "$fd_state" "\${fd_line:+,}$fd_line"
      tail -n 1 -- ${log} 2>/dev/null || :
      fd_bad=1
    fi`;
}
