import { sh } from '@fairness-deploy/shell';
import {
  type Address,
  type Application,
  type Environment,
  type Resource,
} from '@fairness-deploy/core';
import { ownEntry } from '@fairness-deploy/environment-file';
import { parseEntry, type Ports } from './host/history-entry.js';
import { findRecorded } from './host/find-recorded.js';
import { releaseLayoutOf } from './layout.js';
import { portsOf } from './rollback.js';

/**
 * The live release must get its traffic until the next deployment. It runs in the home, as the user
 * and on the ports that it was deployed with; provisioning sends traffic to those that the
 * environment has, and removes the programs of processes that the environment lacks. So provisioning
 * is refused where the two differ: for ports and processes unless the maintenance page is on, for the
 * home and the user always. It is never changed itself.
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
      ${findRecorded(layout, application.user)}
      if [ -n "$fd_recorded" ]; then
        printf 'moved %s\n' "$fd_recorded"
        exit 0
      fi
      [ ! -e ${layout.maintenance} ] || exit 0
      fd_id=$(readlink -- ${layout.live}/release) || exit 0
      fd_id=\${fd_id#../../releases/}
      fd_id=\${fd_id%%/*}
      [ -f ${layout.history} ] || exit 0
      tac -- ${layout.history} | grep -m 1 -F "\"release\":\"$fd_id\"" || :`,
    plan(output) {
      const [, oldUser, oldHome] = /^moved (\S+) (.+)$/.exec(output.trimEnd()) ?? [];
      if (oldHome !== undefined && oldUser !== undefined) {
        throw new Error(moved(application, oldHome, oldUser));
      }
      const [entry] = parseEntry(output.trimEnd());
      const reasons = entry?.ports ? misfits(entry.ports, application) : [];
      if (entry === undefined || reasons.length === 0) return undefined;
      // The page is nginx's; where something else stands in front, its file says as much.
      const page =
        'nginx' in sections
          ? `Switch the maintenance page on first (npx nx run ${name}:maintenance --on), provision, deploy, and switch it off`
          : `Take the site offline first, and say so (touch ${layout.maintenance} on the host), provision, deploy, and remove that file`;
      throw new Error(
        `Cannot provision while ${entry.release} is live: ${reasons.join(', and ')}. ${page}`,
      );
    },
    equals: (other) => other.address === address,
  };
}

function moved({ name, home, user }: Application, oldHome: string, oldUser: string): string {
  const change = [
    ...(home === oldHome ? [] : [`from ${oldHome} to ${home}`]),
    ...(user === oldUser ? [] : [`from the user ${oldUser} to ${user}`]),
  ].join(' and ');
  return (
    `Cannot move ${name} ${change}: its live release runs there, and the site would fail until the next deployment\n` +
    `Set application.home: ${oldHome} and application.user: ${oldUser} again; to move it all the same, follow "Another home or user" in the README of @fairness-deploy/core`
  );
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
