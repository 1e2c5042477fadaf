import { sh, type Address, type Application, type Resource } from '@fairness-deploy/core';
import { parseEntry, type Ports } from './host/history-entry.js';
import { releaseLayoutOf } from './layout.js';
import { portsOf } from './rollback.js';

/**
 * What runs must get its traffic until the next deployment: a release listens where it was made
 * to, and provisioning moves traffic to where the environment says, and removes the programs of
 * processes that are gone. So a host whose live release doesn't fit isn't provisioned, unless the
 * maintenance page is on. It is never changed itself.
 *
 * @param environment its name, for what to do
 */
export function liveRelease(application: Application, environment: string): Resource {
  const layout = releaseLayoutOf(application);
  const address: Address = `live-release:${application.name}`;
  return {
    address,
    after: [],
    follows: [],
    read: sh`
      [ ! -e ${layout.maintenance} ] || exit 0
      fd_id=$(readlink -- ${layout.live}/release) || exit 0
      fd_id=\${fd_id#../../releases/}
      fd_id=\${fd_id%%/*}
      [ -f ${layout.history} ] || exit 0
      tac -- ${layout.history} | grep -m 1 -F "\"release\":\"$fd_id\"" || :`,
    plan(output) {
      const [entry] = parseEntry(output.trimEnd());
      const reasons = entry?.ports ? misfits(entry.ports, portsOf(application)) : [];
      if (entry === undefined || reasons.length === 0) return undefined;
      throw new Error(
        `The site would be down until the next deployment: ${entry.release} is live, and ${reasons.join(', and ')}. ` +
          `Switch the maintenance page on first (nx run ${environment}:maintenance --on), provision, deploy, and switch it off`,
      );
    },
    equals: (other) => other.address === address,
  };
}

/** How the processes of what runs differ from those that the environment has; more of those do no harm. */
function misfits(running: Ports, wanted: Ports): readonly string[] {
  return Object.entries(running).flatMap(([name, ports]) => {
    const now = wanted[name];
    if (!now) return [`its process "${name}" would be stopped, as the environment has none`];
    if (now.join() === ports.join()) return [];
    return [`its process "${name}" listens on ${ports.join(' or ')}, not on ${now.join(' or ')}`];
  });
}
