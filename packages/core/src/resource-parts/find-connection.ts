import { sh, type Script } from '@fairness-deploy/shell';

/**
 * Sets `fd_ssh` to the words of SSH_CONNECTION, which sudo removes: client's address and port,
 * server's address and port. Leaves it empty where there is no connection over SSH.
 */
export const FIND_CONNECTION: Script = sh`
  fd_pid=$$
  while [ "\${fd_pid:-0}" -gt 1 ] && [ -z "$fd_ssh" ]; do
    fd_ssh=$(tr '\0' '\n' <"/proc/$fd_pid/environ" 2>/dev/null | sed -n 's/^SSH_CONNECTION=//p')
    fd_pid=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$fd_pid/status" 2>/dev/null) || fd_pid=
  done`;
