import { dirname } from 'node:path/posix';
import type { Application } from '@fairness-deploy/core';
import { colourFolder, layoutOf } from '@fairness-deploy/release';
import { enterFolder, lines, printMountsWithin, sh, type Script } from '@fairness-deploy/shell';
import { placesOf } from '../section/places.js';
import { programsFile, type Section } from '../section/section.js';
import { uploadsIn, type SharedFolder } from '../section/shared-folders.js';

/** The most bytes of a file of nginx or Supervisor. */
const MOST_BYTES = 65_536;

/** How many files with variables are named. */
const MOST_FILES = 20;

/**
 * Prints what is on the host, a line each, with tabs: `live` while a release of ours has the traffic,
 * `record` and its `group`s, `blue` the link of that colour, and what the old roles have left. Control characters in names are
 * printed as `?`, and each line of a text has its key: no file can add a line of its own.
 */
export function readOld(
  application: Application,
  section: Section,
  shared: readonly SharedFolder[],
): Script {
  const layout = layoutOf(application);
  const home = dirname(section.checkout);
  const { checkout } = section;
  const { record, groups } = placesOf(application);
  return sh`
    if [ -L ${layout.live} ]; then
      echo live
      exit 0
    fi
    fd_row() {
      printf '%s\t%s\n' "$1" "$(printf %s "$2" | tr '\000-\037\177' '?')"
    }
    fd_print() {
      [ -f "$2" ] || return 0
      if [ "$(stat -L -c %s -- "$2")" -gt ${MOST_BYTES} ]; then
        fd_row large "$2"
        return 0
      fi
      tr -d '\000\r' <"$2" | sed "s/^/$1	/"
      # Its last line may have no end.
      echo
    }
    fd_print record ${record}
    [ ! -f ${record} ] || fd_print group ${groups}
    [ ! -L ${`${colourFolder(layout, 'blue')}/release`} ] || fd_row blue "$(readlink -- ${`${colourFolder(layout, 'blue')}/release`})"
    # Without the variables, which may be secret.
    fd_print programs ${programsFile(section)} | grep -E '^large	|^programs	(\[|programs[[:space:]]*[=:])' || :
    fd_print main /etc/nginx/nginx.conf
    for fd_site in ${section.sites}; do
      fd_path=/etc/nginx/sites-enabled/$fd_site
      [ ! -f "$fd_path" ] || printf 'site\t%s\n' "$fd_site"
      fd_print nginx "$fd_path"
    done
    if [ -L ${checkout} ]; then
      fd_row unsafe ${`Cannot take over ${checkout}: it is a link`}
      fd_row unsafe '  → name the folder that it leads to: takeover.checkout'
    elif [ -d ${checkout} ]; then
      fd_owner=$(stat -c %U -- ${checkout})
      fd_row checkout "$fd_owner"
      [ "$(getent passwd "$fd_owner" | cut -d : -f 6)" != ${home} ] || echo own-home
      fd_said=$(
        (
        ${enterFolder(checkout, { failure: `Cannot take over ${checkout}`, lasting: true })}
        ) 2>&1
      ) || printf '%s\n' "$fd_said" | sed 's/^/unsafe	/'
      find ${checkout} -maxdepth 3 -name node_modules -prune -o -type f '(' -name '.env*' -o -name ormconfig.json ')' -printf '%P\0' 2>/dev/null |
        sort -z | head -z -n ${MOST_FILES} | tr '\001-\037\177' '?' | tr '\0' '\n' | sed 's/^/variables	/'
    fi
    for fd_path in ${[checkout, `${home}/.nvm`]}; do
      [ ! -d "$fd_path" ] || (
      fd_real=$(cd -P -- "$fd_path" && pwd -P)
      ${printMountsWithin(sh`"$fd_real"`)}
      ) | sed 's/^/mount	/'
    done
    fd_filled() { [ -d "$1" ] && [ -n "$(find -H "$1" -mindepth 1 -print -quit 2>/dev/null)" ]; }
    ${lines(
      ...shared.map(({ path, old }) => sh`! fd_filled ${old} || printf 'shared\t%s\n' ${path}`),
    )}
    ! fd_filled ${uploadsIn(checkout)} || printf 'uploads\t%s\n' ${uploadsIn(checkout)}
    [ ! -d ${`${home}/.nvm`} ] || printf 'nvm\t%s\n' ${`${home}/.nvm`}
    for fd_link in /usr/local/bin/*; do
      [ -L "$fd_link" ] || continue
      case $(readlink -- "$fd_link") in */.nvm/*) fd_row link "$fd_link" ;; esac
    done
    [ ! -e /etc/nginx/dhparams.pem ] || echo dhparams
    for fd_folder in /etc/letsencrypt/live/*/; do
      [ ! -e "$fd_folder/fullchain.pem" ] || fd_row certificate "$(basename -- "$fd_folder")"
    done`;
}
