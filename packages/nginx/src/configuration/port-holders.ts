import { sh, type Script } from '@fairness-deploy/shell';

/**
 * Defines `fd_holders <port>…`: prints a line for each of these ports on which another program than nginx
 * listens: the port, a tab, and the program with its process and unit.
 *
 * @param onIpv6 also on IPv6 addresses
 */
export function defineHolders(onIpv6: boolean): Script {
  return sh`
    fd_holders() {
      for fd_port; do
        ss -Hltnp ${onIpv6 ? [] : ['-4']} "sport = :$fd_port" |
          sed -n 's/.*users:(("\([^"]*\)",pid=\([0-9]*\),.*/\1 \2/p' |
          sort -u |
          while read -r fd_program fd_pid; do
            [ "$fd_program" != nginx ] || continue
            fd_unit=$(ps -o unit= -p "$fd_pid" 2>/dev/null) || fd_unit=
            case $fd_unit in
              *.service) fd_unit=" of $fd_unit" ;;
              *) fd_unit= ;;
            esac
            printf '%s\t%s (process %s%s)\n' "$fd_port" "$fd_program" "$fd_pid" "$fd_unit"
          done | head -n 1
      done
    }`;
}

/**
 * Says which programs hold the ports that nginx could not get, and what to do.
 *
 * @param said a command that prints nginx's messages
 */
export function nameHolders(said: Script): Script {
  return sh`
    ${defineHolders(true)}
    fd_ports=$(${said} | sed -n 's/.*bind() to .*:\([0-9]*\) failed (98.*/\1/p' | sort -u)
    # shellcheck disable=SC2086
    fd_holders $fd_ports | while IFS=$(printf '\t') read -r fd_port fd_program; do
      printf 'The port %s is held by %s\n  → %s\n' "$fd_port" "$fd_program" ${FREE_PORT_HINT}
    done >&2`;
}

/** What to do about a program on a port of nginx. */
export const FREE_PORT_HINT =
  'stop that program for good (systemctl disable --now <its unit>), or give the site another port: listen';
