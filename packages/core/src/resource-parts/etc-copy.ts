import { sh, type Script } from '@fairness-deploy/shell';

/**
 * Makes a copy of /etc at `"$fd_copy"/etc` that ends with the subshell, and the function
 * `fd_in_copy <command>…`, which runs a command that finds this copy at /etc, in a mount namespace
 * of its own (unshare(1)). No other process sees it. `fd_in_copy true` fails when the host doesn't
 * allow that; some containers don't. When /run, which is in memory, has no room for it, the copy is
 * empty and `$fd_room` says so; else that variable is empty.
 *
 * etckeeper's history in /etc/.git is no configuration, and may be large.
 */
export const COPY_ETC: Script = sh`
  fd_copy=$(mktemp -d /run/fd-etc.XXXXXX)
  trap 'rm -rf -- "$fd_copy"' EXIT
  mkdir "$fd_copy/etc"
  fd_needs=$(du -skx --exclude=/etc/.git -- /etc | cut -f 1)
  fd_free=$(df -Pk -- "$fd_copy" | while read -r _ _ _ fd_free _; do echo "$fd_free"; done | tail -n 1)
  fd_room=
  if [ "$fd_needs" -lt "$fd_free" ]; then
    find /etc -mindepth 1 -maxdepth 1 ! -name .git -exec cp -a -t "$fd_copy/etc" -- {} +
  else
    fd_room="$fd_needs KiB are needed and $fd_free KiB are free"
  fi
  fd_in_copy() {
    [ -z "$fd_room" ] || return 1
    unshare --mount --propagation private -- sh -c 'mount --bind -- "$0/etc" /etc && exec "$@"' "$fd_copy" "$@"
  }`;
