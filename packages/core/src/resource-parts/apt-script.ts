import { notice, type Script, sh } from '@fairness-deploy/shell';
import { STATE } from '../state-folder.js';

/** Touched when the package lists were refreshed as a whole. */
const REFRESHED = `${STATE}/apt-refreshed`;

/**
 * Shell functions for unattended work with apt (apt-get(8), dpkg(1)): `fd_apt` runs apt-get without
 * questions, keeps changed configuration files and restarts no service; `fd_refresh` refreshes the
 * package lists; `fd_install` installs. It refreshes the lists before that when they are older than
 * a day or than a file with package sources, and after a failure for want of them. While another
 * process holds apt's locks, the functions wait, and say so.
 */
export const APT_FUNCTIONS: Script = sh`
  fd_lists_refreshed=
  fd_holder() {
    for fd_lock in /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock; do
      [ -e "$fd_lock" ] || continue
      fd_inode=$(stat -c %i -- "$fd_lock")
      while read -r _ _ _ _ fd_pid fd_where _; do
        [ "\${fd_where##*:}" = "$fd_inode" ] || continue
        fd_command=
        [ ! -r "/proc/$fd_pid/comm" ] || read -r fd_command <"/proc/$fd_pid/comm" || :
        return 0
      done </proc/locks
    done
    return 1
  }
  fd_wait() {
    if [ -d /run/cloud-init ] && [ ! -e /run/cloud-init/result.json ] && command -v cloud-init >/dev/null; then
      echo ${notice('Waiting for cloud-init to end')}
      timeout 600 cloud-init status --wait >/dev/null 2>&1 || :
    fi
    fd_told=none
    fd_waited=0
    while fd_holder; do
      if [ "$fd_told" != "$fd_pid" ]; then
        printf ${notice('Waiting for apt: process %s (%s) holds %s')}'\n' "$fd_pid" "$fd_command" "$fd_lock"
        fd_told=$fd_pid
      fi
      if [ "$fd_waited" -ge 600 ]; then
        printf 'Cannot use apt: process %s (%s) has held %s for 10 minutes\n' "$fd_pid" "$fd_command" "$fd_lock" >&2
        return 1
      fi
      sleep 1
      fd_waited=$((fd_waited + 1))
    done
  }
  fd_apt() {
    fd_wait || return
    DEBIAN_FRONTEND=noninteractive DEBIAN_PRIORITY=critical NEEDRESTART_MODE=l NEEDRESTART_SUSPEND=1 \
      UCF_FORCE_CONFFOLD=1 APT_LISTCHANGES_FRONTEND=none LC_ALL=C.UTF-8 \
      apt-get -q -y -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 \
      -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@"
  }
  fd_refresh() {
    fd_apt update || return
    fd_lists_refreshed=1
    mkdir -p ${STATE}
    : >${REFRESHED}
  }
  fd_lists_are_old() {
    [ -n "$(find ${REFRESHED} -mmin -1440 2>/dev/null)" ] || return 0
    for fd_list in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
      [ ! "$fd_list" -nt ${REFRESHED} ] || return 0
    done
    return 1
  }
  fd_install() {
    fd_wait || return
    # An installation that was killed leaves packages half configured; apt-get then refuses to work.
    DEBIAN_FRONTEND=noninteractive dpkg --force-confdef --force-confold --configure -a || return
    if fd_lists_are_old; then fd_refresh || return; fi
    fd_apt install --fix-broken --no-install-recommends "$@" && return
    [ -z "$fd_lists_refreshed" ] || return 1
    echo 'Trying again with fresh package lists'
    fd_refresh || return
    fd_apt install --fix-broken --no-install-recommends "$@"
  }`;
