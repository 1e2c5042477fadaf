import { sh, type Script } from '@fairness-deploy/shell';

/**
 * Shell functions that tell who listens where a process of the application should. Every user of
 * a host can listen on a port above 1023 and answer as he likes, so an answer alone proves nothing.
 * The kernel's numbers decide: a program chooses its own name, and could forge a line of `ss -p`.
 *
 * - `fd_listeners <port or socket>` prints the inodes of the sockets that listen there, a line each.
 * - `fd_holders <inode> <process> ...` prints those of the processes that have a socket open, a line each.
 * - `fd_processes [<user>]` prints all processes, or those with the rights of a user, a line each: to
 *   look through the files of others as well takes as long as they like.
 * - `fd_is_held <inode> <user> <process group>` succeeds when a process with the rights of that user,
 *   and of that process group unless it is empty, has the socket open.
 * - `fd_listens <user> <process group> <port or socket> ...` succeeds when such a process listens on
 *   one of them.
 * - `fd_started <process>` prints when it started, in ticks since the host's start; fails when it
 *   has ended. Number and start together name a process for good: numbers are used again.
 */
export const LISTENERS: Script = sh`
  fd_listeners() {
    case $1 in
      /*) ss -Hlx src "$1" | while read -r _ _ _ _ _ fd_inode _; do printf '%s\n' "$fd_inode"; done ;;
      *)
        ss -Hltne "sport = :$1" | while read -r _ _ _ fd_local _ fd_rest; do
          # Others may have the port of another address.
          case $fd_local in
            127.0.0.1[:%]* | 0.0.0.0:* | '*:'* | '[::ffff:127.0.0.1]'*) ;;
            *) continue ;;
          esac
          fd_inode=\${fd_rest#*ino:}
          printf '%s\n' "\${fd_inode%% *}"
        done
        ;;
    esac
  }
  fd_processes() {
    # Of Uid, the second number is that of the rights (proc(5), /proc/<pid>/status).
    fd_rights='[0-9]*'
    [ $# -eq 0 ] || fd_rights=$(id -u -- "$1" 2>/dev/null) || return 1
    grep -s "^Uid:[[:blank:]]*[0-9]*[[:blank:]]*\${fd_rights}[[:blank:]]" /proc/[0-9]*/status | cut -d / -f 3
  }
  fd_holders() {
    [ $# -gt 1 ] || return 0
    fd_link="socket:\\[$1\\]"
    shift
    # shellcheck disable=SC2046
    find $(printf '/proc/%s/fd ' "$@") -maxdepth 1 -lname "$fd_link" 2>/dev/null | cut -d / -f 3 | sort -nu
  }
  fd_is_held() {
    # shellcheck disable=SC2046
    for fd_holder in $(fd_holders "$1" $(fd_processes "$2")); do
      if [ -z "$3" ] || [ "$(fd_stat "$fd_holder" 5)" = "$3" ]; then return 0; fi
    done
    return 1
  }
  # Not every script that defines them calls them all.
  # shellcheck disable=SC2317
  fd_listens() {
    fd_of=$1 fd_in=$2
    shift 2
    for fd_address in "$@"; do
      for fd_inode in $(fd_listeners "$fd_address"); do
        ! fd_is_held "$fd_inode" "$fd_of" "$fd_in" || return 0
      done
    done
    return 1
  }
  # A field of proc(5), /proc/<pid>/stat; the second one, a name in brackets, may hold anything.
  fd_stat() {
    fd_fields=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
    fd_field=$2
    # shellcheck disable=SC2086
    set -- \${fd_fields##*) }
    shift "$((fd_field - 3))"
    printf '%s\n' "$1"
  }
  # shellcheck disable=SC2317
  fd_started() {
    # A zombie has ended, and waits to be noticed.
    [ "$(fd_stat "$1" 3)" != Z ] || return 1
    fd_stat "$1" 22
  }`;
