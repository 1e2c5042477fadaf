import { lines, sh, type Application, type Process, type Script } from '@fairness-deploy/core';
import { REACH } from './control.js';
import { logFile, programName } from './layout.js';

/**
 * Prints a line for each process: its state, since when it runs and of which release, or
 * what it said last. Status 1 when one doesn't run.
 */
export function status(application: Application): Script {
  return sh`
    ${REACH}
    fd_reach
    fd_bad=0
    ${lines(...application.processes.map((process) => processStatus(application, process)))}
    exit "$fd_bad"`;
}

/** supervisorctl status has the status 3 for what doesn't run, and 4 for what it doesn't know. */
function processStatus(application: Application, { name }: Process): Script {
  const log = logFile(application.name, name);
  return sh`
    fd_line=$(supervisorctl status ${programName(application.name, name)}) || fd_bad=1
    fd_line=\${fd_line#* }
    # The name is padded with blanks.
    fd_line=\${fd_line#"\${fd_line%%[! ]*}"}
    case $fd_line in
      RUNNING*)
        fd_pid=\${fd_line#*pid }
        fd_pid=\${fd_pid%%,*}
        fd_folder=$(readlink -- "/proc/$fd_pid/cwd") || fd_folder=
        printf '%s: %s, release %s\n' ${name} "$fd_line" "\${fd_folder##*/}" ;;
      *)
        printf '%s: %s\n' ${name} "$fd_line"
        tail -n 1 -- ${log} 2>/dev/null || : ;;
    esac`;
}
