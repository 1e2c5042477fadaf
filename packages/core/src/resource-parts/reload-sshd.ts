import { sh, type Script } from '@fairness-deploy/shell';

/** For how many tenths of a second sshd may take to load its configuration. */
const LOADING_TENTHS = 50;

/**
 * Makes a running sshd load its configuration, and waits until it has: it listens on new sockets then, and
 * an earlier connection would still get the old configuration. Sessions stay. One that systemd starts for each
 * connection has nothing to load.
 */
export const RELOAD_SSHD: Script = sh`
  fd_listening() {
    for fd_open in "/proc/$fd_sshd/fd/"*; do
      readlink -- "$fd_open" || :
    done 2>/dev/null | sed -n 's/^socket:.\([0-9]*\).$/\1/p' | sort >"$fd_lists/own"
    awk '$4 == "0A" { print $10 }' /proc/net/tcp /proc/net/tcp6 2>/dev/null | sort | comm -12 - "$fd_lists/own"
  }
  if systemctl is-active --quiet ssh.service; then
    fd_sshd=$(systemctl show -p MainPID ssh.service)
    fd_sshd=\${fd_sshd#MainPID=}
    fd_lists=$(mktemp -d /run/fd-sshd.XXXXXX)
    fd_before=$(fd_listening)
    systemctl reload ssh.service
    fd_left=${LOADING_TENTHS}
    while [ "$fd_left" -gt 0 ]; do
      fd_now=$(fd_listening)
      [ -z "$fd_now" ] || [ "$fd_now" = "$fd_before" ] || break
      fd_left=$((fd_left - 1))
      sleep 0.1
    done
    rm -rf -- "$fd_lists"
  fi`;
