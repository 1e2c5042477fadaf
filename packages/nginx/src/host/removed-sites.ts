import { nameSchema, type Application } from '@fairness-deploy/core';
import { STATE } from '@fairness-deploy/core/engine';
import { removeLive, type Address, type Resource } from '@fairness-deploy/core/resources';
import { lines, sh, type Script } from '@fairness-deploy/shell';
import { removeCertificate } from '../certificate/site-certificate.js';
import { liveNginxFile, NGINX_FOLDER } from '../configuration/nginx-file.js';
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

/** Prints the names of the application's sites, but those that it has: their files have its mark. */
function findSites(application: Application, names: readonly string[]): Script {
  const [before, after] = siteMark(application, '\n').split('\n');
  return sh`
    fd_found() {
      fd_name=\${1##*/}
      fd_name=\${fd_name%.conf}
      case $fd_name in
        ${lines(...names.map((name) => sh`${name}) return 0 ;;`))}
        '*') return 0 ;;
      esac
      [ -f "$1" ] && [ ! -L "$1" ] || return 0
      read -r fd_first <"$1" || return 0
      [ "$fd_first" = ${before ?? ''}"$fd_name"${after ?? ''} ] || return 0
      printf '%s\n' "$fd_name"
    }
    for fd_site in ${FOLDER}/*.conf; do
      fd_found "$fd_site"
    done
    for fd_kept in ${KEPT}/*.conf; do
      [ -e ${FOLDER}/"\${fd_kept##*/}" ] || fd_found "$fd_kept"
    done`;
}
