import { fail, sh, type Script } from '@fairness-deploy/shell';
import { FIND_CONNECTION } from './find-connection.js';

/**
 * Sets `fd_ports` to the ports on which sshd listens, in nft(8)'s form: `22`, or `{ 22, 2222 }`. These are the
 * ports of its configuration and of its sockets of systemd, and the one of this very connection: behind a
 * jump host or an address translation, the client knows another one, which the host never sees.
 *
 * What sshd listens on is not asked: its forwarded ports would be among it.
 */
export const FIND_SSH_PORTS: Script = sh`
  fd_ssh=
  ${FIND_CONNECTION}
  [ -d /run/sshd ] || mkdir -m 0755 /run/sshd
  fd_ports=$(
    {
      /usr/sbin/sshd -T 2>/dev/null | sed -n 's/^listenaddress .*:\([0-9]*\)$/\1/p' || :
      for fd_unit in ssh.socket sshd.socket; do
        ! systemctl is-active --quiet -- "$fd_unit" 2>/dev/null ||
          systemctl show -p Listen -- "$fd_unit" | sed -n 's/^\(Listen=\)\{0,1\}\(.*:\)\{0,1\}\([0-9]*\) (Stream)$/\3/p'
      done
      printf '%s\n' "\${fd_ssh##* }"
    } | grep -x '[0-9][0-9]*' | sort -nu
  )
  [ -n "$fd_ports" ] || ${fail('Cannot find the ports on which sshd listens', 'See what it says: sshd -T')}
  case $fd_ports in
    *[!0-9]*) fd_ports="{ $(printf '%s\n' "$fd_ports" | paste -sd , | sed 's/,/, /g') }" ;;
  esac`;
