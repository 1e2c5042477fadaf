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
        apt-cache policy nodejs 2>/dev/null | sed -n 's/^ *Candidate: //p'
      fi`,
    plan(output) {
      const [, version, major] = /^v?((\d+)\.[\w.]*)/.exec(output.trim()) ?? [];
      // Without any list of packages, nobody knows: apt says it then.
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
