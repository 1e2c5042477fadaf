import type { Resource } from '@fairness-deploy/core/resources';
import { sh } from '@fairness-deploy/shell';
import { HintedError } from '@fairness-deploy/shell/text';

/** Debian's: it gets security updates, and is there when that of a release is what fails. */
export const NODE = '/usr/bin/node';

/** The first major version with fetch(). */
const LEAST_MAJOR = 18;

/** Refuses to plan alerts for a host whose Node.js, or the one that its packages have, is too old for the program. */
export function needNode(): Resource {
  const address = 'node:alerts';
  return {
    ...{ address, after: [], follows: [] },
    read: sh`
      if [ -x ${NODE} ]; then
        ${NODE} --version
      else
        fd_version=$(apt-cache policy nodejs 2>/dev/null | sed -n 's/^ *Candidate: \([0-9]\)/\1/p')
        # A new host may have no list of packages yet.
        # shellcheck source=/dev/null
        [ -n "$fd_version" ] || case $(. /etc/os-release && echo "$ID $VERSION_ID") in
          'debian 11' | 'ubuntu 22.04') fd_version=12.22 ;;
        esac
        printf '%s\n' "$fd_version"
      fi`,
    plan(output) {
      const [, version, major] = /^v?((\d+)\.[\w.]*)/.exec(output.trim()) ?? [];
      if (major === undefined || Number(major) >= LEAST_MAJOR) return undefined;
      throw new HintedError(
        `Cannot set up alerts: the host's packages have Node.js ${version ?? ''}, and alerts need ${String(LEAST_MAJOR)} or newer`,
        {
          hint: 'upgrade the host to Debian 12 or newer, or Ubuntu 24.04; or remove the section alerts',
        },
      );
    },
    equals: (other) => other.address === address,
  };
}
