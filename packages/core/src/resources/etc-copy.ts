import { sh, type Script } from '../script/sh.js';

/**
 * Makes a copy of /etc at `"$fd_copy"/etc` that goes with the subshell, and the function
 * `fd_in_copy <command>…`, which runs a command that finds this copy at /etc, in a mount
 * namespace of its own (unshare(1)). Nobody else sees it. `fd_in_copy true` tells whether the
 * host allows that; some containers don't.
 */
export const COPY_ETC: Script = sh`
  fd_copy=$(mktemp -d /run/fd-etc.XXXXXX)
  trap 'rm -rf -- "$fd_copy"' EXIT
  cp -a -- /etc "$fd_copy/etc"
  fd_in_copy() {
    unshare --mount --propagation private -- sh -c 'mount --bind -- "$0/etc" /etc && exec "$@"' "$fd_copy" "$@"
  }`;
