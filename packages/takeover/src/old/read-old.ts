import { dirname } from 'node:path/posix';
import type { Application } from '@fairness-deploy/core';
import { colourFolder, layoutOf } from '@fairness-deploy/release';
import { lines, sh, type Script } from '@fairness-deploy/shell';
import { placesOf } from '../section/places.js';
import { programsFile, type Section } from '../section/section.js';
import { uploadsIn, type SharedFolder } from '../section/shared-folders.js';

/** The most bytes of a file of nginx or Supervisor. */
const MOST_BYTES = 65_536;

/** How many files with variables are named. */
const MOST_FILES = 20;

/**
 * Prints what is on the host, a line each, with tabs: `live` while a release of ours has the traffic,
 * `record` and its `group`s, `blue` the link of that colour, and what the old roles have left.
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
    fd_print() {
      [ ! -f "$2" ] || head -c ${MOST_BYTES} -- "$2" | tr -d '\r' | sed "s/^/$1	/"
    }
    fd_print record ${record}
    [ ! -f ${record} ] || fd_print group ${groups}
    [ ! -L ${`${colourFolder(layout, 'blue')}/release`} ] || printf 'blue\t%s\n' "$(readlink -- ${`${colourFolder(layout, 'blue')}/release`})"
    # Without the variables, which may be secret.
    fd_print programs ${programsFile(section)} | grep -E '^programs	(\[|programs[[:space:]]*[=:])' || :
    for fd_site in ${section.sites}; do
      fd_path=/etc/nginx/sites-enabled/$fd_site
      [ ! -f "$fd_path" ] || printf 'site\t%s\n' "$fd_site"
      fd_print nginx "$fd_path"
    done
    if [ -d ${checkout} ]; then
      printf 'checkout\t%s\n' "$(stat -c %U -- ${checkout})"
      find ${checkout} -maxdepth 3 -name node_modules -prune -o -type f '(' -name '.env*' -o -name ormconfig.json ')' -printf 'variables\t%P\n' 2>/dev/null | sort | head -n ${MOST_FILES}
    fi
    fd_filled() { [ -d "$1" ] && [ -n "$(find "$1" -mindepth 1 -print -quit 2>/dev/null)" ]; }
    ${lines(
      ...shared.map(({ path, old }) => sh`! fd_filled ${old} || printf 'shared\t%s\n' ${path}`),
    )}
    ! fd_filled ${uploadsIn(checkout)} || printf 'uploads\t%s\n' ${uploadsIn(checkout)}
    [ ! -d ${`${home}/.nvm`} ] || printf 'nvm\t%s\n' ${`${home}/.nvm`}
    for fd_link in /usr/local/bin/*; do
      [ -L "$fd_link" ] || continue
      case $(readlink -- "$fd_link") in */.nvm/*) printf 'link\t%s\n' "$fd_link" ;; esac
    done
    [ ! -e /etc/nginx/dhparams.pem ] || echo dhparams
    for fd_folder in /etc/letsencrypt/live/*/; do
      [ ! -e "$fd_folder/fullchain.pem" ] || printf 'certificate\t%s\n' "$(basename -- "$fd_folder")"
    done`;
}
