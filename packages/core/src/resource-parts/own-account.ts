import { sh, type Script } from '@fairness-deploy/shell';
import { STATE } from '../state-folder.js';

/** An account in one of these groups is root, or can become root. */
const ROOT_GROUPS = [
  ...['root', 'sudo', 'wheel', 'admin', 'docker', 'lxd', 'incus', 'incus-admin', 'libvirt'],
  ...['disk', 'shadow', 'kmem'],
];

/** An account in one of these groups administers the system, or reads its logs. */
export const ADMIN_GROUPS: readonly string[] = [...ROOT_GROUPS, 'adm', 'systemd-journal', 'staff'];

/** The records of accounts that we have created: a file of the account's name holds its number. */
export const OWN_ACCOUNTS = `${STATE}/accounts`;

/** An account that must belong to one application, with its home. */
export interface OwnAccount {
  readonly name: string;
  readonly home: string;
}

/**
 * Defines the function `fd_not_own`, which prints why an existing account can't be an application's
 * own; nothing when it can, or doesn't exist.
 *
 * An account that we have recorded is ours; it must not be able to become root by a group or by
 * sudo's running a shell. Another account passes when sudo lets it run nothing, and it has the
 * application's home, is in no group of administrators, and has neither a password nor keys: so has
 * one that a job was making when the host lost power, before it was recorded.
 */
export function defineNotOwn({ name, home }: OwnAccount): Script {
  return sh`
    fd_not_own() {
      # Status 2: there is no such user; getent(1), EXIT STATUS.
      fd_account=$(getent passwd ${name}) || {
        fd_found=$?
        [ "$fd_found" -eq 2 ] || echo "this host can't look it up: getent passwd ended with status $fd_found"
        return 0
      }
      fd_its_shell=\${fd_account##*:}
      fd_account=\${fd_account%:*}
      fd_its_home=\${fd_account##*:}
      fd_its_groups=" $(id -nG -- ${name}) "
      for fd_group in ${ROOT_GROUPS}; do
        case $fd_its_groups in *" $fd_group "*) echo "it is in the group $fd_group, and so can become root"; return 0 ;; esac
      done
      if sudo -n -l -U ${name} /bin/sh >/dev/null 2>&1; then
        echo 'sudo lets it run a shell as root'
        return 0
      fi
      if [ "$(cat -- ${`${OWN_ACCOUNTS}/${name}`} 2>/dev/null)" = "$(id -u -- ${name})" ]; then return 0; fi
      # Without a command, sudo's status does not tell whether there are rules; each is a line such as: (root) /bin/x
      fd_rule=$(sudo -n -l -U ${name} 2>/dev/null | sed -n 's/^ *\((.*\)/\1/p' | head -n 1)
      if [ -n "$fd_rule" ]; then
        echo "sudo lets it run $fd_rule"
        return 0
      fi
      for fd_group in ${ADMIN_GROUPS}; do
        case $fd_its_groups in *" $fd_group "*) echo "it is in the group $fd_group"; return 0 ;; esac
      done
      if [ "$fd_its_home" != ${home} ]; then
        echo "its home is $fd_its_home, so it belongs to a person or to another program"
        return 0
      fi
      fd_password=$(getent shadow ${name}) || fd_password=::
      fd_password=\${fd_password#*:}
      case \${fd_password%%:*} in
        '' | '!'* | '*'*) ;;
        *) echo "people log in as it: it has a password and the shell $fd_its_shell"; return 0 ;;
      esac
      if [ -s "$fd_its_home/.ssh/authorized_keys" ]; then
        echo "people log in as it: it has authorized_keys and the shell $fd_its_shell"
      fi
    }`;
}

/** Records that an account is ours. */
export function recordOwn(name: string): Script {
  return sh`
    umask 077
    mkdir -p -- ${OWN_ACCOUNTS}
    id -u -- ${name} >${`${OWN_ACCOUNTS}/.${name}.new`}
    mv -fT -- ${`${OWN_ACCOUNTS}/.${name}.new`} ${`${OWN_ACCOUNTS}/${name}`}`;
}

/** Removes the record of a removed account: the next one of its name and number is not ours. */
export function forgetOwn(name: string): Script {
  return sh`rm -f -- ${`${OWN_ACCOUNTS}/${name}`}`;
}
