import type { Application } from '@fairness-deploy/core';
import {
  liveNginxFile,
  NGINX_FOLDER,
  upstreamsFile,
  type ComingFiles,
} from '@fairness-deploy/nginx';
import { MANAGED, placeLive, type Address, type Resource } from '@fairness-deploy/core/resources';
import { layoutOf } from '@fairness-deploy/release';
import { dirname } from 'node:path/posix';
import { lines, literal, sh, type Script } from '@fairness-deploy/shell';
import { OLD_RELEASE, placesOf } from '../section/places.js';
import type { Section } from '../section/section.js';
import { adoptionAddress } from './adoption.js';
import { placeCopy, placeText } from './place-text.js';

/**
 * The old files of nginx are replaced by ours in one step. While our files lie in a folder that the
 * old nginx.conf does not name, one rename puts a new nginx.conf in place that names this folder and not
 * sites-enabled. Then our files take the places of the old ones, and nginx.conf gets its usual content. nginx
 * accepts what is there at each moment, also after a power cut, and no request is without a site.
 */
export function replaceNginx(
  application: Application,
  { sites: oldSites }: Section,
  files: ComingFiles,
): Resource {
  const address: Address = `takeover-nginx:${application.name}`;
  const folder = `takeover-${application.name}`;
  const read = sh`
    # It is there from before the first change to after the last one.
    [ ! -d ${`${NGINX_FOLDER}/${folder}`} ] || echo unfinished
    for fd_site in ${oldSites}; do
      ${isOld(sh`${`${NGINX_FOLDER}/sites-enabled/`}"$fd_site"`, sh`printf 'site\t%s\n' "$fd_site"`)}
    done`;
  return {
    address,
    after: [adoptionAddress(application), ...files.after.map((one) => one.address)],
    follows: ['apt:packages'],
    read,
    plan(output) {
      const found = output.split('\n').filter((line) => line !== '');
      if (found.length === 0) return undefined;
      return {
        action: 'update',
        differences: found.map((line) => {
          const [kind, name = ''] = line.split('\t');
          const field = kind === 'site' ? `sites-enabled/${name}` : 'nginx.conf';
          const own = `sites-enabled/${name}` in files.sites;
          const to = kind === 'site' && !own ? 'removed' : 'replaced by ours';
          return { kind: 'value', field, from: 'of the old roles', to };
        }),
        apply: replace(application, oldSites, files, folder),
      };
    },
    equals: (other) => other.address === address && String(other.read) === String(read),
  };
}

/** Runs a script for a file that is there and not ours. */
function isOld(path: Script, script: Script): Script {
  return sh`
    if [ -e ${path} ] && ! head -n 1 -- ${path} | grep -qF ${MANAGED}; then
      ${script}
    fi`;
}

function replace(
  application: Application,
  oldSites: Section['sites'],
  { main, mainWith, sites, included }: ComingFiles,
  folder: string,
): Script {
  const within = `${NGINX_FOLDER}/${folder}`;
  const ofBlue = upstreamsFile(application, 'blue');
  const blue = `${layoutOf(application).configuration}/${OLD_RELEASE}/nginx-blue.conf`;
  const own = Object.entries(sites).map(
    ([path, text]) => [path.slice(path.lastIndexOf('/') + 1), text] as const,
  );
  const folders = [
    ...new Set(Object.keys(included).map((path) => `${NGINX_FOLDER}/${dirname(path)}`)),
  ];
  const { old } = placesOf(application);
  return sh`
    umask 022
    mkdir -p -- ${[...folders, within, `${NGINX_FOLDER}/sites-enabled`]} ${`${old}/nginx`}
    fd_keep() {
      ${isOld(sh`"$1"`, sh`cp -pLT -- "$1" ${`${old}/nginx`}/"\${1##*/}"`)}
    }
    for fd_name in nginx.conf ${oldSites.map((name) => `sites-enabled/${name}`)}; do
      fd_keep ${`${NGINX_FOLDER}/`}"$fd_name"
    done
    # nginx does not read these yet.
    ${lines(
      ...Object.entries(included)
        .filter(([path]) => path !== ofBlue)
        .map(([path, text]) => placeText(`${NGINX_FOLDER}/${path}`, text)),
      ...own.map(([name, text]) => placeText(`${within}/${name}`, text)),
    )}
    # Sites of others stay.
    for fd_path in ${`${NGINX_FOLDER}/sites-enabled`}/*; do
      fd_name=\${fd_path##*/}
      if [ ! -e "$fd_path" ] || [ -e ${within}/"$fd_name" ]; then continue; fi
      case $fd_name in ${literal(oldSites.join(' | '))}) continue ;; esac
      ln -sT -- "../sites-enabled/$fd_name" ${within}/"$fd_name"
    done
    if [ -f ${blue} ]; then
      ${placeCopy(`${NGINX_FOLDER}/${ofBlue}`, blue)}
    fi
    (
    ${placeLive(liveNginxFile('nginx.conf'), sh`printf %s ${mainWith(folder)}`)}
    )
    # nginx does not read sites-enabled now.
    for fd_name in ${[...oldSites]}; do
      ${isOld(sh`${`${NGINX_FOLDER}/sites-enabled/`}"$fd_name"`, sh`rm -f -- ${`${NGINX_FOLDER}/sites-enabled/`}"$fd_name"`)}
    done
    ${lines(...own.map(([name, text]) => placeText(`${NGINX_FOLDER}/sites-enabled/${name}`, text)))}
    (
    ${placeLive(liveNginxFile('nginx.conf'), sh`printf %s ${main}`)}
    )
    rm -rf -- ${within}`;
}
