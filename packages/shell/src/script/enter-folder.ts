import { sh, type Script } from './sh.js';

/** How root enters a folder. */
export interface EnterFolderOptions {
  /** Begins the message when there is no safe way: `Cannot write /home/ana/x`. */
  readonly failure: string | Script;
  /**
   * The user for whom root works there: name or number. Only folders of that user and of root may
   * lead there. Without one: of root and of one other user, any.
   */
  readonly owner?: string;
  /** Makes folders of root that are missing, with mode 0755. */
  readonly parents?: boolean;
  /**
   * The hint when the folder is missing: `provision first`. Without it, a missing folder ends the
   * way, and a missing owner owns no folder: to check the way before the owner and the folders are
   * made.
   */
  readonly missing?: string;
  /**
   * Also refuses folders that a group may write to. Then, with the owner root, only root can change
   * the way afterwards, and absolute paths stay safe.
   */
  readonly lasting?: boolean;
}

/**
 * Changes to a folder, for root to work there with names relative to it, such as `./name`. Each
 * folder on the way from `/` is checked after it was entered, by the status of `.` and `..`. So a
 * link or a folder that another user puts in the way is never followed. Fails when another user
 * could direct root elsewhere:
 *
 * - a folder or link on the way belongs to another user than root and the owner asked for;
 * - what is below a folder of that owner, or behind a link of that owner, isn't that owner's;
 * - every user may write to a folder on the way, and it isn't sticky.
 *
 * These are systemd-tmpfiles' unsafe path transitions (systemd's chase(), CHASE_SAFE).
 */
export function enterFolder(
  folder: string | Script,
  { failure, owner = '', parents = false, missing, lasting = false }: EnterFolderOptions,
): Script {
  const noUser =
    missing === undefined
      ? sh`fd_for=$fd_name`
      : sh`fd_refuse "there is no user $fd_name on this host"`;
  const noFolder =
    missing === undefined
      ? sh`break`
      : sh`
            if [ -z "$fd_make" ] || [ ! -O . ]; then
              fd_refuse "there is no folder $1" ${missing}
            fi
            mkdir -m 0755 -- "./$fd_name"`;
  // Bits of the mode as stat's %f has them, inode(7): 0x200 sticky, 0x10 group and 0x2 others write.
  return sh`
    fd_refuse() {
      printf '%s: %s\n' ${failure} "$1" >&2
      [ -z "\${2-}" ] || printf '  → %s\n' "$2" >&2
      exit 1
    }
    fd_user() {
      id -nu -- "$1" 2>/dev/null || printf 'the user %s\n' "$1"
    }
    # The status of . and .. now; stat prints numbers only.
    fd_look() {
      # shellcheck disable=SC2046
      set -- $(stat -c '%u 0x%f %d:%i' . ..)
      fd_owner=$1 fd_bits=$(($2)) fd_here=$3 fd_above=$6
    }
    fd_step() {
      fd_from=$fd_here
      cd -P -- "./$1" 2>/dev/null || fd_refuse "$fd_at/$1 is not a folder" 'move it away'
      fd_at=$fd_at/$1
      fd_look
      [ "$fd_above" = "$fd_from" ] || fd_refuse "$fd_at was replaced in the meantime"
    }
    # From a folder of $fd_last to $2, which belongs to $1.
    fd_pass() {
      [ "$1" = 0 ] || fd_for=\${fd_for:-$1}
      if [ "$fd_last" = 0 ]; then
        case $1 in
          0 | "$fd_for") ;;
          *) fd_refuse "$2 belongs to $(fd_user "$1"), who could put a link there" 'choose a path in folders of root, or of the same owner' ;;
        esac
      elif [ "$1" != "$fd_last" ]; then
        fd_refuse "$2 belongs to $(fd_user "$1"), and a link or folder of $(fd_user "$fd_last") leads there" 'give both the same owner, or name the path without links'
      fi
      fd_last=$1
    }
    fd_enter() {
      fd_rest=$1/ fd_at='' fd_last=0 fd_links=0
      fd_for=${owner === 'root' ? '0' : owner} fd_make=${parents ? 1 : ''} fd_lasting=${lasting ? 1 : ''}
      fd_name=$fd_for
      case $fd_name in *[!0-9]*) fd_for=$(id -u -- "$fd_name" 2>/dev/null) || ${noUser} ;; esac
      cd -P /
      fd_look
      while [ -n "$fd_rest" ]; do
        fd_name=\${fd_rest%%/*}
        fd_rest=\${fd_rest#*/}
        if [ -z "$fd_name" ] || [ "$fd_name" = . ]; then
          continue
        elif [ "$fd_name" = .. ]; then
          cd -P ..
          fd_at=\${fd_at%/*}
          fd_look
        elif [ -L "./$fd_name" ]; then
          fd_links=$((fd_links + 1))
          [ "$fd_links" -le 40 ] || fd_refuse 'there are too many links on the way'
          # Not even a link of root's: it could change between two reads.
          [ $((fd_bits & 0x210)) != 16 ] || fd_refuse "$fd_at/$fd_name is a link where a group can put one" 'name the path without it'
          fd_pass "$(stat -c %u -- "./$fd_name")" "$fd_at/$fd_name"
          fd_rest=$(readlink -- "./$fd_name")/$fd_rest || exit 1
          case $fd_rest in /*) ;; *) continue ;; esac
          cd -P /
          fd_at=
          fd_look
        else
          if [ ! -e "./$fd_name" ]; then
            ${noFolder}
          fi
          fd_step "$fd_name"
        fi
        fd_pass "$fd_owner" "\${fd_at:-/}"
        [ $((fd_bits & 0x202)) != 2 ] || fd_refuse "every user can write to $fd_at, and so put a link there" "chmod o-w $fd_at"
        [ -z "$fd_lasting" ] || [ $((fd_bits & 0x210)) != 16 ] || fd_refuse "a group can write to $fd_at, and so put a link there" "chmod g-w $fd_at"
      done
    }
    fd_enter ${folder}`;
}

/**
 * Changes to a folder within the one that was entered, to give it to the owner. A folder of root's,
 * in a folder that others may write to, is used only if they can't have moved it there, or if it is
 * empty.
 */
export function takeFolder(name: string | Script): Script {
  return sh`
    fd_before=$fd_bits
    fd_step ${name}
    if [ "$fd_owner" != "$fd_for" ] && [ "$fd_last:$((fd_before & 0x12))" != 0:0 ]; then
      if [ "$fd_owner" != 0 ] || { [ "$fd_last:$((fd_before & 0x200))" != 0:512 ] && [ -n "$(ls -A .)" ]; }; then
        fd_refuse "$fd_at belongs to $(fd_user "$fd_owner"), and others could have put it there" 'move it away'
      fi
    fi`;
}
