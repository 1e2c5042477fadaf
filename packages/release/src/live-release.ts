import {
  sh,
  type Address,
  type Application,
  type Environment,
  type Resource,
} from '@fairness-deploy/core';
import { ownEntry } from '@fairness-deploy/secrets';
import { parseEntry, type Ports } from './host/history-entry.js';
import { releaseLayoutOf } from './layout.js';
import { portsOf } from './rollback.js';

/**
 * What runs must get its traffic until the next deployment: a release listens where it was made
 * to, and provisioning moves traffic to where the environment says, and removes the programs of
 * processes that are gone. So a host whose live release doesn't fit isn't provisioned, unless the
 * maintenance page is on. It is never changed itself.
 */
export function liveRelease(
  application: Application,
  { name, sections }: Pick<Environment, 'name' | 'sections'>,
): Resource {
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
      const reasons = entry?.ports ? misfits(entry.ports, application) : [];
      if (entry === undefined || reasons.length === 0) return undefined;
      // The page is nginx's; where something else stands in front, its file says as much.
      const page =
        'nginx' in sections
          ? `Switch the maintenance page on first (npx nx run ${name}:maintenance --on), provision, deploy, and switch it off`
          : `Take the application off line first, and say so (touch ${layout.maintenance} on the host), provision, deploy, and remove that file`;
      throw new Error(
        `What is live would not be whole until the next deployment: ${entry.release} runs, and ${reasons.join(', and ')}. ${page}`,
      );
    },
    equals: (other) => other.address === address,
  };
}

/**
 * How the processes of what runs differ from those that the environment has. More of those do no
 * harm, and neither do other ports of one that nothing is sent to.
 */
function misfits(running: Ports, application: Application): readonly string[] {
  const wanted = portsOf(application);
  const isRouted = (name: string): boolean =>
    application.processes.some((process) => process.name === name && process.route !== undefined);
  return Object.entries(running).flatMap(([name, ports]) => {
    const now = ownEntry(wanted, name);
    if (!now) return [`its process "${name}" would be stopped, as the environment has none`];
    if (now.join() === ports.join() || !isRouted(name)) return [];
    return [`its process "${name}" listens on ${ports.join(' or ')}, not on ${now.join(' or ')}`];
  });
}
