import { nameSchema, type Application } from '@fairness-deploy/core';
import { STATE } from '@fairness-deploy/core/engine';
import {
  claimsPath,
  removeLive,
  type Address,
  type Resource,
} from '@fairness-deploy/core/resources';
import { lines, sh, type Script } from '@fairness-deploy/shell';
import { removeCertificate } from '../certificate/site-certificate.js';
import { liveNginxFile, NGINX_FOLDER } from '../configuration/nginx-file.js';
import { releaseVariables } from '../release/upstreams.js';
import { loginsPath } from '../site/logins.js';
import { maintenancePagePath } from '../site/maintenance.js';
import { healthFile } from '../site/health-url.js';
import { snippetFile } from '../site/snippet.js';
import { siteFile, siteMark } from '../site/site-file.js';

/** The address of the sites that an environment does not have any more. */
const REMOVED_SITES: Address = 'nginx:sites-enabled';

/** The folder of the sites' files, and of their copies as they were last loaded: a removal that was interrupted. */
const FOLDER = `${NGINX_FOLDER}/sites-enabled`;
const KEPT = `${STATE}/kept${FOLDER}`;

/**
 * The sites of an application on the host that its environment does not have any more, or has under
 * another name: they are removed, with their maintenance pages, logins and certificates. Only regular files that
 * this application has made.
 *
 * @param names the sites that it has
 */
export function removedSites(
  application: Application,
  names: readonly string[],
  after: readonly Resource[],
): Resource {
  const read = findSites(application, names);
  return {
    address: REMOVED_SITES,
    after: after.map((one) => one.address),
    follows: ['apt:packages'],
    read,
    plan(output) {
      const gone = output.split('\n').filter((name) => nameSchema.safeParse(name).success);
      if (gone.length === 0) return undefined;
      return {
        action: 'remove',
        differences: gone.map((name) => ({
          ...{ kind: 'value', field: siteFile(name).slice('sites-enabled/'.length) },
          ...{ from: `a site of ${application.name}`, to: undefined },
        })),
        apply: lines(...gone.map(removeSite)),
      };
    },
    equals: (other) => other.address === REMOVED_SITES && String(other.read) === String(read),
  };
}

/** Its file first: until nginx has loaded that it is gone, requests need the others. */
function removeSite(name: string): Script {
  return sh`
    (
    ${removeLive(liveNginxFile(siteFile(name)))}
    )
    (
    ${removeLive(liveNginxFile(snippetFile(name)))}
    )
    (
    ${removeLive(liveNginxFile(healthFile(name)))}
    )
    rm -f -- ${[maintenancePagePath(name), loginsPath(name)]}
    ${removeCertificate(name)}`;
}

/**
 * Prints the names of the application's sites, but those that it has. Files from before there was the
 * mark are known by the header of all files together with the variables of the application and the
 * site's own log; those of a project's own template, if nobody has changed them, by the record of the
 * application's claims.
 */
function findSites(application: Application, names: readonly string[]): Script {
  const { upstream } = releaseVariables(application, 'blue');
  const claims = claimsPath(application.name);
  const [before, after] = siteMark(application, '\n').split('\n');
  return sh`
    fd_is_ours() {
      read -r fd_first <"$1" || return 1
      case $fd_first in
        ${before ?? ''}"$fd_name"${after ?? ''}) return 0 ;;
        '# Site '*' of '*'. Managed by fairness-deploy: '*) return 1 ;;
        '# Managed by fairness-deploy: '*)
          ! grep -qwF ${`$${upstream};`} -- "$1" ||
            ! grep -qF "access_log /var/log/nginx/$fd_name.access.log " -- "$1" ||
            return 0
          ;;
      esac
      [ -f ${claims} ] &&
        cmp -s -- "$1" ${KEPT}/"$fd_name.conf" &&
        grep -qxF "$(printf 'the site %s\tfor %s' "$fd_name" ${application.name})" -- ${claims}
    }
    fd_found() {
      fd_name=\${1##*/}
      fd_name=\${fd_name%.conf}
      case $fd_name in
        ${lines(...names.map((name) => sh`${name}) return 0 ;;`))}
        '*') return 0 ;;
      esac
      [ -f "$1" ] && [ ! -L "$1" ] || return 0
      fd_is_ours "$1" || return 0
      printf '%s\n' "$fd_name"
    }
    for fd_site in ${FOLDER}/*.conf; do
      fd_found "$fd_site"
    done
    for fd_kept in ${KEPT}/*.conf; do
      [ -e ${FOLDER}/"\${fd_kept##*/}" ] || fd_found "$fd_kept"
    done`;
}
