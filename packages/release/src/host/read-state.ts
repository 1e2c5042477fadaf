import { sh, type Script } from '@fairness-deploy/core';
import type { ReleaseLayout } from '../layout.js';

/** How many lines of the history are read. */
const HISTORY = 200;

/**
 * Prints what is deployed, a line each: `current` where the link leads, `release` and
 * `environment` what is there, `history` the last deployments, `commit` what the repository
 * has a ref for. The refs are read as files: git, run by root, would obey the application's
 * configuration, and to become its user takes longer than all else.
 */
export function readState(layout: ReleaseLayout): Script {
  const refs = `${layout.repository}/refs/fairness-deploy`;
  const packed = `${layout.repository}/packed-refs`;
  return sh`
    [ ! -L ${layout.current} ] || printf 'current %s\n' "$(readlink -- ${layout.current})"
    for fd_path in ${layout.releases}/* ${layout.environments}/*; do
      [ -e "$fd_path" ] || continue
      case $fd_path in
        ${layout.releases}/*) printf 'release %s\n' "\${fd_path##*/}" ;;
        *) printf 'environment %s\n' "\${fd_path##*/}" ;;
      esac
    done
    [ ! -f ${layout.history} ] || tail -n ${HISTORY} -- ${layout.history} | sed 's/^/history /'
    if [ -d ${refs} ]; then
      find ${refs} -type f -exec sed -n 's/^[0-9a-f]\{40,64\}$/commit &/p' {} +
    fi
    if [ -f ${packed} ]; then
      sed -n 's#^\([0-9a-f]\{40,64\}\) refs/fairness-deploy/.*#commit \1#p' ${packed}
    fi`;
}
