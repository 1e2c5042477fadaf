import { type Failure } from '@fairness-deploy/shell/text';
import { lines, type Login, type Script, sh } from '@fairness-deploy/shell';
import type { Resource } from '../resource/resource.js';
import { COPY_ETC } from '../resource-parts/etc-copy.js';
import { FIND_CONNECTION } from '../resource-parts/find-connection.js';
import { sshdRefusal, type SshdView } from './sshd-refusal.js';

/**
 * Tries the resources' files in a copy of /etc, and prints what the login could do before and
 * after: whether sudo makes it root, and what sshd says of its configuration. Undefined when no
 * resource has to do with either.
 */
export function loginTrial(resources: readonly Resource[], login: Login): Script | undefined {
  const scripts = resources.flatMap((resource) => resource.tryLogin?.(login) ?? []);
  if (scripts.length === 0) return undefined;
  const asks = login.sudo?.password;
  const answer = asks === undefined ? sh`:` : sh`printf '%s\n' ${asks}`;
  const how = login.sudo ? (asks === undefined ? '-n' : '-S') : '';
  return sh`
    fd_ssh=
    ${FIND_CONNECTION}
    fd_groups=$(id -nG -- ${login.user} | tr ' ' ,)
    # shellcheck disable=SC2086 # The words of SSH_CONNECTION.
    fd_view() { ${answer} | "$@" sh -c ${VIEW} sh ${login.user} "$fd_groups" ${how} $fd_ssh; }
    echo before
    fd_view
    ${COPY_ETC}
    if [ -n "$fd_room" ]; then
      printf 'no-room %s\n' "$fd_room"
      exit 0
    fi
    ${lines(...scripts)}
    fd_in_copy true 2>/dev/null || exit 0
    echo after
    fd_view fd_in_copy`;
}

/**
 * Why a plan would take away what the login needs, from the output of {@link loginTrial}.
 *
 * @param loadsSshd whether the plan makes sshd load its files
 * @returns undefined when the login keeps its rights, or the host can't answer.
 */
export function loginRefusal(
  printed: string,
  login: Login,
  loadsSshd = false,
): Failure | undefined {
  const [, room] = /^no-room (.*)$/m.exec(printed) ?? [];
  if (room !== undefined) {
    return {
      message: `the changes can't be tried in a copy of /etc: ${room} in /run, and so it is not known whether ${login.user} could still log in`,
      hint: 'See what fills it: du -xh /run | sort -h | tail',
    };
  }
  const at = printed.indexOf('\nafter\n');
  if (at === -1) return undefined;
  const before = viewOf(printed.slice(0, at));
  const after = viewOf(printed.slice(at));
  if (after.sudoers.length > 0 && before.sudoers.length === 0) {
    return {
      message: `sudo would refuse its configuration: ${after.sudoers.join('\n')}`,
      hint: 'Correct the file; sudoers(5) describes its rules',
    };
  }
  if (before.sudo && !after.sudo) {
    return {
      message: `${login.user} could no longer become root by sudo, as this connection does: ${after.sudoSaid.join('\n')}`,
      hint: `Keep what allows that, such as its group sudo, or a file of /etc/sudoers.d with: ${login.user} ALL=(ALL) ${login.sudo?.password === undefined ? 'NOPASSWD: ' : ''}ALL`,
    };
  }
  return (
    doorsRefusal(before, after, login.user) ?? sshdRefusal(before, after, login.user, loadsSshd)
  );
}

/**
 * The files that keep all logins out, besides sshd's own configuration: nologin(5),
 * hosts_access(5).
 */
function doorsRefusal(before: View, after: View, user: string): Failure | undefined {
  if (after.nologin && !before.nologin) {
    return {
      message: `/etc/nologin would keep ${user} out, as everybody but root`,
      hint: 'Leave it out',
    };
  }
  const rules = ({ denied, allowed }: View): string => [...denied, '', ...allowed].join('\n');
  if (after.denied.length === 0 || rules(before) === rules(after)) return undefined;
  return {
    message: `${user} could be kept out by /etc/hosts.deny: ${after.denied.join('; ')}`,
    hint: 'Leave sshd and ALL out of /etc/hosts.deny; limit logins by a firewall or in sshd_config(5)',
  };
}

/** A program, which must run in a mount namespace of its own as well. */
const VIEW = sh`
  # Like the shell of a connection, which runs programs (ssh-transport.ts).
  user=$1 groups=$2 how=$3 address=\${4-} local=\${6-} port=\${7-}
  if [ -n "$how" ]; then
    if said=$(setpriv --reuid "$user" --regid "$(id -g -- "$user")" --groups "$groups" -- sudo "$how" -p '' -- sh -c 'ls / >/dev/null' 2>&1); then
      echo 'sudo yes'
    else
      printf '%s\n' "$said" | sed 's/^/sudo-said /'
    fi
  fi
  # visudo warns of things that sudo accepts, too.
  if [ -x /usr/sbin/visudo ] && ! said=$(/usr/sbin/visudo -cf /etc/sudoers 2>&1 >/dev/null); then
    printf '%s\n' "$said" | sed 's/^/sudoers /'
  fi
  printf 'groups %s\n' "$groups"
  [ "$user" = root ] || [ ! -e /etc/nologin ] || echo nologin
  for rules in denied=/etc/hosts.deny allowed=/etc/hosts.allow; do
    grep -E '^[[:space:]]*([^#:]*[[:space:],])?(ALL|sshd)[[:space:],:]' "\${rules#*=}" 2>/dev/null | sed "s/^/\${rules%%=*} /"
  done
  [ -n "$port" ] || exit 0
  printf 'connection %s %s %s\n' "$address" "$local" "$port"
  [ -d /run/sshd ] || mkdir -m 0755 /run/sshd
  /usr/sbin/sshd -T -C "user=$user,host=$address,addr=$address,laddr=$local,lport=$port" 2>&1 |
    sed 's/^/sshd /'
  /usr/sbin/sshd -t 2>/dev/null || echo 'sshd-broken'`.reveal();

interface View extends SshdView {
  readonly sudo: boolean;
  /** sudo's message when it refused. */
  readonly sudoSaid: readonly string[];
  /** visudo's message about sudo's configuration. */
  readonly sudoers: readonly string[];
  readonly nologin: boolean;
  /** The lines for sshd in /etc/hosts.deny and /etc/hosts.allow. */
  readonly denied: readonly string[];
  readonly allowed: readonly string[];
}

function viewOf(printed: string): View {
  const lines = printed.split('\n');
  const after = (word: string): readonly string[] =>
    lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
  const [address, local, port] = after('connection')[0]?.split(' ') ?? [];
  return {
    sudo: after('sudo').includes('yes'),
    sudoSaid: after('sudo-said'),
    sudoers: after('sudoers'),
    nologin: lines.includes('nologin'),
    denied: after('denied'),
    allowed: after('allowed'),
    groups: after('groups')[0]?.split(',') ?? [],
    connection:
      address === undefined || local === undefined || port === undefined
        ? undefined
        : { address, local, port },
    lines: after('sshd'),
    broken: lines.includes('sshd-broken'),
  };
}
