import {
  literal,
  nodeFolder,
  sh,
  type Application,
  type Process,
  type Script,
} from '@fairness-deploy/core';
import { processEnvironmentFile } from './layout.js';

/**
 * Exit status of a process that has no release to run: restarting it won't help, and
 * Supervisor is told to leave it at that. As sysexits.h, EX_CONFIG.
 */
export const NO_RELEASE = 78;

/**
 * The program that Supervisor starts for a process: in the folder of the release that stands
 * in `current`, with that release's environment, it becomes the process. It waits for nothing
 * and runs nothing beside it, and no secret stands in Supervisor's files.
 *
 * @param startSeconds how long Supervisor takes it for starting
 */
export function wrapper(application: Application, process: Process, startSeconds: number): Script {
  const { home, user, node } = application;
  const current = `${home}/current`;
  return sh`
    #!/bin/sh
    ${literal(`# Managed by fairness-deploy. Supervisor runs it as ${user}: ${process.name} of the release in ${current}.`)}
    set -eu

    # By its own name, not by the link's: a process stays in the release that it was started from.
    if ! fd_folder=$(cd -P -- ${current} 2>/dev/null && pwd -P); then
      echo ${`${process.name} has no release to run yet: ${current} leads nowhere. Deploy one.`} >&2
      # Longer than it counts as starting; ending before would have it started again, three times.
      sleep ${startSeconds + 1}
      exit ${NO_RELEASE}
    fi
    # The application may be a folder within the release.
    fd_releases=$(cd -P -- ${`${home}/releases`} && pwd -P)
    fd_release=\${fd_folder#"$fd_releases"/}
    fd_environment=${`${home}/shared/env/`}\${fd_release%%/*}

    # The release's environment may name another PATH: it knows the Node.js that it was built with.
    export HOME=${`${home}/shared/home`} USER=${user} LOGNAME=${user}
    export PATH=${`${nodeFolder(node.version)}/bin`}:/usr/local/bin:/usr/bin:/bin
    set -a
    . "$fd_environment"
    ${processOwn(process)}
    PORT=${process.port}
    set +a

    cd -- "$fd_folder"
    exec ${process.command}`;
}

function processOwn({ name, env }: Process): Script {
  if (Object.keys(env).length === 0) return sh`# It has no variables of its own.`;
  return sh`. "$fd_environment"${processEnvironmentFile('', name)}`;
}
