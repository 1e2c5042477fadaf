import { sh, type Script } from '../script/sh.js';
import { STATE } from '../state-folder.js';

/** Who is in one of these is, or can make itself, root. */
const ROOT_GROUPS = [
  ...['root', 'sudo', 'wheel', 'admin', 'docker', 'lxd', 'incus', 'incus-admin', 'libvirt'],
  ...['disk', 'shadow', 'kmem'],
];

/** Who is in one of these looks after the system, or may. */
export const ADMIN_GROUPS: readonly string[] = [...ROOT_GROUPS, 'adm', 'systemd-journal', 'staff'];

/** Where it is recorded which accounts we have made: a file of the account's name holds its number. */
const ACCOUNTS = `${STATE}/accounts`;

/** Of whom an account is asked whether it is an application's own. */
export interface OwnAccount {
  readonly name: string;
  readonly home: string;
}

/**
 * Defines the function `fd_not_own`, which prints why an account that is there can't be an
 * application's own; nothing when it can, or isn't there.
 *
 * Ours are those that we have recorded, and those of before there was a record: with the
 * application's home and no login shell. Even one of ours must not be able to become root.
 */
export function defineNotOwn({ name, home }: OwnAccount): Script {
  return sh`
    fd_not_own() {
      fd_account=$(getent passwd ${name}) || return 0
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
      case $fd_its_shell in */nologin | */false) fd_logs_in=false ;; *) fd_logs_in=true ;; esac
      if [ "$(cat -- ${`${ACCOUNTS}/${name}`} 2>/dev/null)" = "$(id -u -- ${name})" ]; then return 0; fi
      if [ "$fd_its_home" = ${home} ] && ! $fd_logs_in; then return 0; fi
      for fd_group in ${ADMIN_GROUPS}; do
        case $fd_its_groups in *" $fd_group "*) echo "it is in the group $fd_group"; return 0 ;; esac
      done
      if [ "$fd_its_home" != ${home} ]; then
        echo "its home is $fd_its_home, so it is somebody's or another program's"
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
    mkdir -p -- ${ACCOUNTS}
    id -u -- ${name} >${`${ACCOUNTS}/${name}`}`;
}
