import { layoutOf, startPath } from '@fairness-deploy/release';
import { type Application, type Process } from '@fairness-deploy/core';
import { sh, type Script } from '@fairness-deploy/shell';

/**
 * Exit status of a process that has no release to run: a restart won't help, and Supervisor does
 * not retry it. As sysexits.h, EX_CONFIG.
 */
export const NO_RELEASE = 78;

/** The placeholder for the id that the shell finds. */
const ID = '<id>';

/**
 * The program that Supervisor starts for a process, with a colour as its argument: it finds the
 * release of that colour, and executes the release's process. It waits for nothing and runs nothing
 * else. It holds none of the release's settings, as provisioning would then change how the live
 * process restarts.
 *
 * @param startSeconds how long Supervisor counts it as starting
 */
export function wrapper(application: Application, process: Process, startSeconds: number): Script {
  const layout = layoutOf(application);
  const [before = '', after = ''] = startPath(layout, ID, process.name).split(ID);
  return sh`
    #!/bin/sh
    # Managed by fairness-deploy. Supervisor runs it as the application's user.
    set -eu

    # Longer than it counts as starting: otherwise Supervisor would start it again without end.
    fd_leave() {
      printf '%s\n' "$1" >&2
      sleep ${startSeconds + 1}
      exit ${NO_RELEASE}
    }

    # By its own name, not by the link's: a process stays in the release that it was started from.
    FD_COLOUR=$1
    fd_link=${layout.colours}/$FD_COLOUR/release
    fd_folder=$(cd -P -- "$fd_link" 2>/dev/null && pwd -P) ||
      fd_leave ${process.name}" has no release to run: $fd_link leads nowhere. Another colour runs, or nothing is deployed."
    # The application may be a folder within the release.
    fd_releases=$(cd -P -- ${layout.releases} && pwd -P)
    fd_release=\${fd_folder#"$fd_releases"/}
    fd_release=\${fd_release%%/*}
    fd_start=${before}"$fd_release"${after}
    [ -f "$fd_start" ] || fd_leave "The release $fd_release has no process "${`${process.name}. Deploy one that has.`}

    # The release has everything else: variables, folder and command.
    . "$fd_start"`;
}
