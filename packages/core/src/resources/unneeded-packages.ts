import { fail, lines, notice, sh } from '@fairness-deploy/shell';
import { defineRemoval } from '../resource/define-removal.js';
import { APT_FUNCTIONS } from '../resource-parts/apt-script.js';

interface Packages {
  readonly names: readonly string[];
}

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
  // Status 1: some are unknown, which is an answer; dpkg-query(1), EXIT STATUS.
  read: ({ names }) => sh`
    dpkg-query -W -f='\${db:Status-Abbrev}|\${Package}\n' -- ${names} 2>/dev/null || [ $? -eq 1 ]`,
  // The second letter is the state; dpkg-query(1), db:Status-Abbrev.
  parse: (found) => found.flatMap((line) => /^.i ?\|([a-z0-9+.-]+)$/.exec(line)?.[1] ?? []),
  remove: ({ names }) =>
    lines(
      APT_FUNCTIONS,
      sh`
        fd_rest=${` ${names.join(' ')} `}
        # Prints those that would go with a package, and are none of ours.
        fd_others() {
          # shellcheck disable=SC2086 # Names of packages.
          LC_ALL=C.UTF-8 apt-get -s -qq remove -- $1 | while read -r fd_word fd_name _; do
            [ "$fd_word" = Remv ] || continue
            case $fd_rest in *" $fd_name "*) ;; *) printf '%s ' "$fd_name" ;; esac
          done
        }
        while [ -n "\${fd_rest# }" ] && [ -n "$(fd_others "$fd_rest")" ]; do
          fd_kept=
          for fd_package in $fd_rest; do
            fd_users=$(fd_others "$fd_package")
            [ -n "$fd_users" ] || continue
            printf ${notice('The package %s stays: these need it: %s')}'\n' "$fd_package" "\${fd_users% }"
            fd_kept=$fd_package
            break
          done
          [ -n "$fd_kept" ] || ${fail('Cannot remove packages: apt would remove others with them', 'see: apt-get -s remove')}
          fd_rest="\${fd_rest%%" $fd_kept "*} \${fd_rest#*" $fd_kept "}"
        done
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
