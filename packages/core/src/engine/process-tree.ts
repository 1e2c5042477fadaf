import { sh, type Script } from '@fairness-deploy/shell';

/**
 * The shell's function `fd_below <process>`, which prints the ids of all that is below a process, each with a
 * space behind it: some of them have made sessions of their own.
 */
export const DEFINE_BELOW: Script = sh`
  fd_below() {
    fd_children=$(cat "/proc/$1/task/"*/children 2>/dev/null) || return 0
    for fd_child in $fd_children; do
      printf '%s ' "$fd_child"
      fd_below "$fd_child"
    done
  }`;
