import { literal, readAsUser, sh, type ReadLimit, type Script } from '@fairness-deploy/shell';
import { printRefs } from './find-readable.js';
import { printBuilt } from './built-record.js';
import { printMigration } from './migration-record.js';
import { COMMAND_SUFFIX, type Layout } from '../application/layout.js';
import { RELEASE_ID_GLOB } from '../application/release-id.js';

/** How many lines of the history are read. */
const HISTORY = 200;

/** How many good releases of the history are read, behind any number of failed ones. */
const GOOD = 101;

/** The refs of many more releases than are kept. */
const REFS: ReadLimit = { bytes: 65_536, seconds: 5 };

/**
 * Prints the releases, a line each: {@link printReleases}, the last migration, what a failed release has
 * built, `commit` for each ref of the repository, and `cpus`, how many processors the host has.
 *
 * The refs are the application's, and are read as its user. Git reads all of them, so that there are
 * none where it can read but some: then a deployment makes the repository anew, and needs every
 * commit.
 */
export function readState(layout: Layout, user: string): Script {
  return sh`
    printf 'cpus %s\n' "$(nproc)"
    ${printReleases(layout)}
    ${printMigration(layout)}
    ${printBuilt(layout)}
    if [ -d ${layout.repository} ]; then
      ${readAsUser(user, printRefs(layout.repository), REFS)} | sed -n 's#^refs/fairness-deploy/[^ ]* \([0-9a-f]\{40,64\}\) commit$#commit \1#p'
    fi`;
}

/**
 * Prints the releases of a host, a line each: `live` the colour that gets the traffic, `colour` the
 * target of a colour's link, `release`, `variables`, `command`, `programs`, `schedules` and `migrations` the existing ones, `history` the last
 * deployments, `pending` one that runs or was cut off. Root made all names and lines.
 */
export function printReleases(layout: Layout): Script {
  return sh`
    [ ! -L ${layout.live} ] || printf 'live %s\n' "$(readlink -- ${layout.live})"
    for fd_path in ${layout.colours}/*/release ${layout.releases}/${literal(RELEASE_ID_GLOB)}; do
      [ -e "$fd_path" ] || [ -L "$fd_path" ] || continue
      case $fd_path in
        ${layout.colours}/*)
          fd_colour=\${fd_path%/release}
          printf 'colour %s %s\n' "\${fd_colour##*/}" "$(readlink -- "$fd_path")"
          ;;
        *)
          printf 'release %s\n' "\${fd_path##*/}"
          # Only names of releases: the application decides on other names in that folder.
          [ ! -e ${layout.variables}/"\${fd_path##*/}" ] || printf 'variables %s\n' "\${fd_path##*/}"
          [ ! -e ${`${layout.variables}/`}"\${fd_path##*/}"${COMMAND_SUFFIX} ] || printf 'command %s\n' "\${fd_path##*/}"
          for fd_key in programs schedules migrations; do
            fd_list=${layout.configuration}/"\${fd_path##*/}"/$fd_key.json
            if [ -f "$fd_list" ] && IFS= read -r fd_line <"$fd_list"; then
              printf '%s %s %s\n' "$fd_key" "\${fd_path##*/}" "$fd_line"
            fi
          done
          ;;
      esac
    done
    if [ -f ${layout.history} ]; then
      tac -- ${layout.history} | awk -v last=${HISTORY} -v most=${GOOD} '
        { good = /^[{]"release":"[^"]*","outcome":"good",/ }
        good { split($0, part, "\""); if (seen[part[4]]++) good = 0 }
        NR <= last || good && ++count <= most { print "history " $0 }' | tac
    fi
    [ ! -s ${layout.pending} ] || sed 's/^/pending /' ${layout.pending}`;
}
