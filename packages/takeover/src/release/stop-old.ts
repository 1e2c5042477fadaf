import type { Application } from '@fairness-deploy/core';
import { layoutOf, NOT_NOW, programsName } from '@fairness-deploy/release';
import { CONTROL, REACH } from '@fairness-deploy/supervisor';
import { fail, sh, waitUntil, type Script } from '@fairness-deploy/shell';
import { STOP_SECONDS } from '../host/old-release.js';
import { OLD_RELEASE, placesOf } from '../section/places.js';
import { programsFile, type Section } from '../section/section.js';

/** Where the old file of Supervisor is kept. */
function keptFile(application: Application): string {
  return `${placesOf(application).old}/supervisor.conf`;
}

/** Stops the old programs, and removes their file. Other programs keep running. */
export function stopOld(application: Application, section: Section): Script {
  const file = programsFile(section);
  const kept = keptFile(application);
  return sh`
    if [ -e ${file} ]; then
      cp -pLT -- ${file} ${kept}
      sync -- ${kept}
      # First: a supervisord that restarts must not start them.
      rm -f -- ${file}
    fi
    systemctl is-active --quiet supervisor || exit 0
    set --
    while read -r fd_group; do set -- "$@" "$fd_group"; done <${placesOf(application).groups}
    ${CONTROL}
    # They run as root.
    fd_control stop root ${NOT_NOW} ${STOP_SECONDS} "$@"`;
}

/** Starts them again: the new release has failed when it was alone. */
export function startOld(application: Application, section: Section): Script {
  const file = programsFile(section);
  const kept = keptFile(application);
  const programs = `${layoutOf(application).configuration}/${OLD_RELEASE}/${programsName('blue')}`;
  return sh`
    [ -f ${kept} ] || exit 0
    if [ ! -e ${file} ]; then
      cp -pT -- ${kept} ${`${file}.new`}
      mv -fT -- ${`${file}.new`} ${file}
    fi
    ${REACH}
    fd_reach
    supervisorctl reread >/dev/null
    while read -r fd_group; do
      supervisorctl add "$fd_group" || supervisorctl start "$fd_group:*" || :
    done <${placesOf(application).groups}
    fd_all_listen() {
      while read -r _ _ _ fd_port; do
        ss -Hltn "sport = :$fd_port" | grep -q . || return 1
      done <${programs}
    }
    ${waitUntil({
      until: sh`fd_all_listen`,
      ...{ seconds: STOP_SECONDS, pause: 0.2 },
      otherwise: fail('Cannot start the old application again', 'see: supervisorctl status'),
    })}`;
}
