import { fail, sh, type Script } from '@fairness-deploy/shell';
import { refuseNoIpv6 } from './no-ipv6.js';
import { nameDefaultServers, refuseConflicts } from './refuse-conflicts.js';
import { nameKeys } from './key-comment.js';

/** A change of one file of nginx's configuration. */
export interface TreeChange {
  /** The folder of the configuration. */
  readonly folder: string;
  /** The file, within the folder. */
  readonly path: string;
  /** Absolute path of the new content; undefined: the file is removed. */
  readonly staged: string | undefined;
}

/**
 * Fails, and says why, when nginx couldn't load its configuration after a change: tests the change
 * on a copy of the whole folder, whose main file includes the others relative to itself. When other
 * files break the configuration already, a change that is sound without the sites is allowed, so
 * that several broken files can be fixed one by one.
 */
export function tryConfiguration({ folder, path, staged }: TreeChange): Script {
  const isSite = path.startsWith('sites-enabled/');
  const name = path.slice(path.lastIndexOf('/') + 1);
  return sh`
    fd_copy=$(mktemp -d /run/fd-nginx.XXXXXX)
    trap 'rm -rf -- "$fd_copy"' EXIT
    cp -a -- ${`${folder}/.`} "$fd_copy/tree"
    ${staged === undefined ? sh`rm -f -- "$fd_copy/tree"/${path}` : sh`cp -pT --remove-destination -- ${staged} "$fd_copy/tree"/${path}`}
    fd_try() {
      nginx -t -q -c "$fd_copy/tree/nginx.conf" >"$fd_copy/said" 2>&1
    }
    if ! fd_try; then
      # Is it the change, or was it broken before?
      if ! nginx -t -q 2>/dev/null; then
        find "$fd_copy/tree/sites-enabled" -mindepth 1 ${isSite ? sh`! -name ${name}` : sh``} -exec rm -rf -- {} +
        ! fd_try || rm -f -- "$fd_copy/said"
      fi
      if [ -e "$fd_copy/said" ]; then
        sed "s|$fd_copy/tree|"${folder}'|g' -- "$fd_copy/said" >&2
        ${nameKeys(sh`"$fd_copy/tree"`, sh`"$fd_copy/said"`)} >&2
        ${nameDefaultServers(sh`"$fd_copy/tree"`, folder, path, sh`"$fd_copy/said"`)}
        ${refuseNoIpv6(sh`"$fd_copy/said"`)}
        ${fail(`Cannot ${staged === undefined ? 'remove' : 'use'} ${folder}/${path}: nginx refuses the configuration, see above; nothing was changed`)}
      fi
    fi
    ${isSite && staged !== undefined ? refuseConflicts(sh`"$fd_copy/tree"`, folder, path) : sh``}
    rm -rf -- "$fd_copy"
    trap - EXIT`;
}
