import { COLOURS } from '@fairness-deploy/release';
import { type Application } from '@fairness-deploy/core';
import { sh, lines, type Script } from '@fairness-deploy/shell';
import { NGINX_FOLDER } from './nginx-file.js';
import {
  routedProcesses,
  upstreamFile,
  upstreamName,
  upstreamServer,
  type RoutedProcess,
} from './upstream.js';

/**
 * Sets `fd_misdirected` to how nginx, as it is provisioned, sends the requests for a process to
 * another place than the environment's; to nothing when it doesn't. Such requests would get 502, or
 * reach the previous release.
 */
export function findMisdirected(application: Application): Script {
  return sh`
    fd_misdirected=
    # <process> <file> <upstream> <server>
    fd_check() {
      fd_sent=$(sed -n "/^upstream $3 {/,/^}/s/^ *server \\([^ ]*\\) max_fails=0;/\\1/p" "$2" 2>/dev/null) || :
      [ "$fd_sent" = "$4" ] ||
        fd_misdirected="nginx sends the requests for $1 to \${fd_sent:-no port}, and the environment has it listen on $4"
    }
    ${lines(...routedProcesses(application).flatMap((process) => checks(application, process)))}`;
}

function checks(application: Application, process: RoutedProcess): readonly Script[] {
  const file = `${NGINX_FOLDER}/${upstreamFile(application, process)}`;
  return COLOURS.map((colour) => {
    const name = `${upstreamName(application, process)}-${colour}`;
    return sh`fd_check ${[process.name, file, name, upstreamServer(application, process, colour)]}`;
  });
}
