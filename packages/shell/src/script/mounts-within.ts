import { sh, type Script } from './sh.js';

/**
 * Prints the mount points at a path or below it, a line each, as the kernel writes them (proc_pid_mountinfo(5)):
 * `rm --one-file-system` enters a bind mount of the same file system.
 */
export function printMountsWithin(path: string | Script): Script {
  return sh`
    fd_mounted=$(printf %s ${path} | sed 's/\\/\\134/g; s/ /\\040/g; s/	/\\011/g')
    while read -r _ _ _ _ fd_point _; do
      case $fd_point in "$fd_mounted" | "$fd_mounted"/*) printf '%s\n' "$fd_point" ;; esac
    done </proc/self/mountinfo`;
}

/** Fails when something is mounted at a path or below it, which would be removed with it. */
export function refuseMountsWithin(path: string | Script): Script {
  return sh`
    fd_points=$(
      ${printMountsWithin(path)}
    )
    if [ -n "$fd_points" ]; then
      printf 'Cannot remove %s: these are mounted in it: %s\n  → unmount them first: umount\n' ${path} "$(printf %s "$fd_points" | tr '\n' ' ')" >&2
      exit 1
    fi`;
}
