import { sh, type Script } from '@fairness-deploy/core';
import type { ReleaseLayout } from '../layout.js';

/** How many lines of the history are read. */
const HISTORY = 200;

/** How many good releases of the history are read, behind however many that failed. */
const GOOD = 101;

/**
 * Prints what is deployed, a line each: `live` the colour that gets the traffic, `colour` where
 * a colour's link leads, `release` and `environment` what is there, `history` the last
 * deployments, `pending` one that is under way or was cut off, `commit` what the repository has
 * a ref for. The refs are read as files: git, run by root, would obey the application's
 * configuration, and to become its user takes longer than all else.
 */
export function readState(layout: ReleaseLayout): Script {
  const refs = `${layout.repository}/refs/fairness-deploy`;
  const packed = `${layout.repository}/packed-refs`;
  return sh`
    [ ! -L ${layout.live} ] || printf 'live %s\n' "$(readlink -- ${layout.live})"
    for fd_path in ${layout.colours}/*/release ${layout.releases}/* ${layout.environments}/*; do
      [ -e "$fd_path" ] || [ -L "$fd_path" ] || continue
      case $fd_path in
        ${layout.colours}/*)
          fd_colour=\${fd_path%/release}
          printf 'colour %s %s\n' "\${fd_colour##*/}" "$(readlink -- "$fd_path")"
          ;;
        ${layout.releases}/*) printf 'release %s\n' "\${fd_path##*/}" ;;
        *) printf 'environment %s\n' "\${fd_path##*/}" ;;
      esac
    done
    if [ -f ${layout.history} ]; then
      tac -- ${layout.history} | awk -v last=${HISTORY} -v most=${GOOD} '
        { good = /^[{]"release":"[^"]*","outcome":"good",/ }
        good { split($0, part, "\""); if (seen[part[4]]++) good = 0 }
        NR <= last || good && ++count <= most { print "history " $0 }' | tac
    fi
    [ ! -s ${layout.pending} ] || sed 's/^/pending /' ${layout.pending}
    if [ -d ${refs} ]; then
      find ${refs} -type f -exec sed -n 's/^[0-9a-f]\{40,64\}$/commit &/p' {} +
    fi
    if [ -f ${packed} ]; then
      sed -n 's#^\([0-9a-f]\{40,64\}\) refs/fairness-deploy/.*#commit \1#p' ${packed}
    fi`;
}
