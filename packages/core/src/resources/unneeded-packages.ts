import { fail, lines, notice, sh } from '@fairness-deploy/shell';
import { defineRemoval } from '../resource/define-removal.js';
import { APT_FUNCTIONS } from '../resource-parts/apt-script.js';

interface Packages {
  readonly names: readonly string[];
}

/**
 * Defines `fd_keep_needed <names>`, which sets `fd_rest` to the packages of these that can go, and prints a line for
 * each that others need, by a format with its name and theirs in `fd_needed`.
 *
 * What apt has installed for a package goes with it where it depends on it in turn, as Node.js and its libraries do.
 */
const KEEP_NEEDED = sh`
  # <package> <all that would go>: whether apt has installed it for these alone.
  fd_serves() {
    [ -n "$(apt-mark showauto "$1")" ] || return 1
    for fd_user in $(apt-cache rdepends --installed --no-suggests --no-enhances --no-conflicts --no-breaks --no-replaces "$1" | sed '1,2d; s/^[ |]*//'); do
      case " $2 " in *" $fd_user "*) ;; *) return 1 ;; esac
    done
  }
  # Prints those that would go with packages, and are none of ours.
  fd_others() {
    # shellcheck disable=SC2086 # Names of packages.
    fd_going=$(LC_ALL=C.UTF-8 apt-get -s -qq remove -- $1 | sed -n 's/^Remv \([^ :]*\).*/\1/p' | tr '\n' ' ')
    for fd_name in $fd_going; do
      case $fd_rest in *" $fd_name "*) continue ;; esac
      fd_serves "$fd_name" "$fd_going" || printf '%s ' "$fd_name"
    done
  }
  fd_keep_needed() {
    fd_rest=" $* "
    while [ -n "\${fd_rest# }" ] && [ -n "$(fd_others "$fd_rest")" ]; do
      fd_kept=
      for fd_package in $fd_rest; do
        fd_users=$(fd_others "$fd_package")
        [ -n "$fd_users" ] || continue
        # shellcheck disable=SC2059 # It is a format of ours.
        printf "$fd_needed\n" "$fd_package" "\${fd_users% }"
        fd_kept=$fd_package
        break
      done
      [ -n "$fd_kept" ] || ${fail('Cannot remove packages: apt would remove others with them', 'see: apt-get -s remove')}
      fd_rest="\${fd_rest%%" $fd_kept "*} \${fd_rest#*" $fd_kept "}"
    done
  }`;

/**
 * That packages are gone which nothing else on the host needs. A package that others depend on stays. Their
 * own dependencies and configuration stay as well: `apt autoremove` removes the former.
 *
 * @throws RangeError when a name is none (Debian Policy 5.6.1).
 */
export const unneededPackages = defineRemoval<Packages>({
  type: 'apt',
  name: () => 'unneeded-packages',
  check({ names }) {
    const wrong = names.find((name) => !/^[a-z0-9][a-z0-9+.-]+$/.test(name));
    if (wrong === undefined) return;
    throw new RangeError(`Cannot use ${JSON.stringify(wrong)} as a Debian package`);
  },
  owns: ({ names }) => names.map((name) => ({ kind: 'package', name })),
  // Status 1: some are unknown, which is an answer; dpkg-query(1), EXIT STATUS. The second letter is the state.
  read: ({ names }) => sh`
    ${KEEP_NEEDED}
    fd_found=$({
      dpkg-query -W -f='\${db:Status-Abbrev}|\${Package}\n' -- ${names} 2>/dev/null || [ $? -eq 1 ]
    } | sed -n 's/^.i *|//p')
    [ -n "$fd_found" ] || exit 0
    fd_needed='needed %s %s'
    # shellcheck disable=SC2086 # Names of packages.
    fd_keep_needed $fd_found
    # shellcheck disable=SC2086 # The same.
    printf 'unneeded %s\n' $fd_rest`,
  parse: (found) => found.flatMap((line) => /^unneeded ([a-z0-9+.-]+)$/.exec(line)?.[1] ?? []),
  remove: ({ names }) =>
    lines(
      APT_FUNCTIONS,
      KEEP_NEEDED,
      sh`
        fd_needed=${notice('The package %s stays: these need it: %s')}
        fd_keep_needed ${names}
        [ -n "\${fd_rest# }" ] || exit 0
        fd_unneeded() {
          LC_ALL=C.UTF-8 apt-get -s -qq autoremove | sed -n 's/^Remv \([^ ]*\).*/\1/p' | sort
        }
        fd_before=$(fd_unneeded)
        # shellcheck disable=SC2086 # Names of packages.
        fd_apt remove -- $fd_rest
        fd_after=$(fd_unneeded | grep -vxF -- "$fd_before" | tr '\n' ' ') || :
        [ -z "$fd_after" ] || printf ${notice('Nothing needs these packages any more: %s; apt autoremove removes them')}'\n' "\${fd_after% }"`,
    ),
  merge: (one, other) => ({ names: [...new Set([...one.names, ...other.names])].sort() }),
});
