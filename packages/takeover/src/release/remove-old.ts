import { basename, dirname } from 'node:path/posix';
import type { Application } from '@fairness-deploy/core';
import { BIN, colourFolder, layoutOf, RUNTIME_PROGRAMS } from '@fairness-deploy/release';
import {
  enterFolder,
  fail,
  lines,
  notice,
  refuseMountsWithin,
  sh,
  type Script,
} from '@fairness-deploy/shell';
import { OLD_TARGET } from '../host/old-release.js';
import { OLD_RELEASE, placesOf } from '../section/places.js';
import type { Section } from '../section/section.js';
import { uploadsIn, type SharedFolder } from '../section/shared-folders.js';
import { inSubshell } from './guards.js';

/** Removes what the old roles have left, except the copies of their files of nginx and Supervisor. */
export function removeOld(
  application: Application,
  section: Section,
  shared: readonly SharedFolder[],
): Script {
  const layout = layoutOf(application);
  const { record, groups, safe, sent, copied, compared } = placesOf(application);
  const blue = `${colourFolder(layout, 'blue')}/release`;
  return lines(
    ...(section.keep
      ? [tellKept(application, section)]
      : [
          inSubshell(removeCheckout(application, section, shared)),
          inSubshell(removeNode(application, section)),
          inSubshell(REMOVE_DHPARAMS),
        ]),
    sh`
    [ "$(readlink -- ${blue} || :)" != ${OLD_TARGET} ] || rm -f -- ${blue}
    rm -rf -- ${`${layout.configuration}/${OLD_RELEASE}`}
    rm -f -- ${[groups, safe, sent]} ${copied}-* ${compared}-*
    rm -f -- ${record}`,
  );
}

function tellKept(application: Application, { checkout }: Section): Script {
  const text = `${checkout} is kept, and the old files of nginx and Supervisor are in ${placesOf(application).old}. How to go back to them by hand: "Go back" in node_modules/@fairness-deploy/takeover/README.md`;
  return sh`echo ${notice(text)}`;
}

function removeCheckout(
  application: Application,
  { checkout }: Section,
  shared: readonly SharedFolder[],
): Script {
  const failure = `Cannot remove ${checkout}`;
  const name = `./${basename(checkout)}`;
  const uploads = uploadsIn(checkout);
  return sh`
    [ -d ${checkout} ] || exit 0
    ${lines(
      ...shared.map(
        ({ old }) =>
          sh`[ -e ${placesOf(application).safe} ] || [ ! -d ${old} ] || ${fail(`${failure}: not all files of ${old} have been copied`, 'deploy again, or copy them and remove it by hand')}`,
      ),
    )}
    ${
      shared.some(({ old }) => old === uploads)
        ? sh`:`
        : sh`[ ! -d ${uploads} ] || [ -z "$(find -H ${uploads} -mindepth 1 -print -quit)" ] || ${fail(`${failure}: ${uploads} has files, and no release has them`, `copy them, and remove ${uploads}; or keep the checkout: takeover: { keep: true }`)}`
    }
    if find /proc/[0-9]*/cwd -maxdepth 0 -printf '%l/\0' 2>/dev/null | tr '\n\0' '?\n' | grep -qF -e ${`${checkout}/`}; then
      ${fail(`${failure}: a process works in it`, `see which: lsof +d ${checkout}, or ls -l /proc/*/cwd`)}
    fi
    ${enterFolder(dirname(checkout), { failure, missing: 'remove the section takeover' })}
    ${refuseMountsWithin(sh`"$(pwd -P)"/${basename(checkout)}`)}
    rm -rf --one-file-system -- ${name}`;
}

/**
 * Node.js of nvm, its lines in .bashrc, and the links to it, unless a process runs it. Our own links take the
 * places of the latter.
 */
function removeNode(application: Application, { checkout }: Section): Script {
  const home = dirname(checkout);
  const failure = `Cannot remove ${home}/.nvm`;
  const own = `${layoutOf(application).live}/${BIN}`;
  return sh`
    [ -d ${`${home}/.nvm`} ] || exit 0
    fd_nvm=$(cd -P -- ${`${home}/.nvm`} && pwd -P)
    if find /proc/[0-9]*/exe -maxdepth 0 -printf '%l\n' 2>/dev/null | grep -qF -e "$fd_nvm/"; then
      ${fail(`${failure}: a process runs this Node.js`, `see which: ls -l /proc/*/exe | grep .nvm; or keep it: takeover: { keep: true }`)}
    fi
    fd_ours=${application.node ? ` ${RUNTIME_PROGRAMS.join(' ')} ` : ''}
    cd /usr/local/bin
    for fd_name in *; do
      case $(readlink -- "$fd_name" || :) in ${`${home}/.nvm/`}*) ;; *) continue ;; esac
      rm -f -- "./.$fd_name.fd-new" "./$fd_name.fd-none"
      case $fd_ours in
        *" $fd_name "*)
          ln -sT -- ${`${own}/`}"$fd_name" "./.$fd_name.fd-new"
          mv -fT -- "./.$fd_name.fd-new" "./$fd_name"
          ;;
        *) rm -f -- "./$fd_name" ;;
      esac
    done
    ${enterFolder(home, { failure, missing: 'remove the section takeover' })}
    if [ -f ./.bashrc ] && [ ! -L ./.bashrc ]; then
      # Who owns the folder could exchange the file.
      fd_owner=$(stat -c %u:%g -- .)
      setpriv --reuid "\${fd_owner%:*}" --regid "\${fd_owner#*:}" --clear-groups -- sh -euc ${CLEAN_BASHRC.text}
    fi
    [ ! -L ./.nvm ] || exit 0
    ${refuseMountsWithin(sh`"$(pwd -P)"/.nvm`)}
    rm -rf --one-file-system -- ./.nvm`;
}

/** The lines of nvm's installer. */
const NVM_LINES = String.raw`^export NVM_DIR=|^\[ -s "\$NVM_DIR/(nvm\.sh|bash_completion)" \]`;
const CLEAN_BASHRC = sh`
  grep -qE -e ${NVM_LINES} -- ./.bashrc || exit 0
  cp -p -- ./.bashrc ./.bashrc.fd-new
  grep -vE -e ${NVM_LINES} -- ./.bashrc >./.bashrc.fd-new || :
  mv -fT -- ./.bashrc.fd-new ./.bashrc`;

/** Of a profile of TLS that ours does not need. */
const REMOVE_DHPARAMS = sh`
  [ -f /etc/nginx/dhparams.pem ] || exit 0
  ! grep -rqsF dhparams.pem -- /etc/nginx || exit 0
  rm -f -- /etc/nginx/dhparams.pem`;
