import { HintedError } from '@fairness-deploy/shell/text';
import { sh, type Script } from '@fairness-deploy/shell';
import { type Address, type Resource } from '@fairness-deploy/core/resources';
import { type Application } from '@fairness-deploy/core';
import type { Front } from '../application/front.js';
import { ownEntry } from '@fairness-deploy/environment-file';
import { parseEntry } from '../host/history-entry.js';
import type { Addresses } from '../application/listen-address.js';
import { findReleaseId } from '../application/colour.js';
import { findRecorded } from '../host/find-recorded.js';
import { layoutOf } from '../application/layout.js';
import { addressesOf } from '../application/listen-address.js';

/**
 * The live release must get its traffic until the next deployment. It runs in the home, as the user
 * and on the ports of its deployment; provisioning sends traffic to the environment's ports, and
 * removes the programs of processes that the environment lacks. So provisioning is refused when the
 * two differ: for ports and processes unless the application is offline, for the home and the user
 * always. It never changes the live release.
 *
 * @param front sends requests to the processes; undefined when no plugin does
 */
export function liveRelease(application: Application, front: Front | undefined): Resource {
  const layout = layoutOf(application);
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
      ${unlessOffline(front)}
      ${findReleaseId(`${layout.live}/release`, sh`exit 0`)}
      [ -f ${layout.history} ] || exit 0
      tac -- ${layout.history} | grep -m 1 -F "\"release\":\"$fd_id\"" || :`,
    plan(output) {
      const [, oldUser, oldHome] = /^moved (\S+) (.+)$/.exec(output.trimEnd()) ?? [];
      if (oldHome !== undefined && oldUser !== undefined) {
        throw moved(application, oldHome, oldUser);
      }
      const [entry] = parseEntry(output.trimEnd());
      const reasons = entry ? misfits(entry.ports, application, front) : [];
      if (entry === undefined || reasons.length === 0) return undefined;
      // Without a front, a release without these processes can go live first.
      const hint = front?.moveHint ?? 'Deploy first, with --allow-drift, and then provision';
      throw new HintedError(
        `Cannot provision while ${entry.release} is live: ${reasons.join(', and ')}`,
        { hint },
      );
    },
    equals: (other) => other.address === address,
  };
}

/** Ends the read, as if no release were live, while no request reaches the application. */
function unlessOffline(front: Front | undefined): Script {
  if (!front) return sh`:`;
  return sh`
    fd_offline() {
      ${front.offline}
    }
    ! fd_offline || exit 0`;
}

function moved({ name, home, user }: Application, oldHome: string, oldUser: string): HintedError {
  const change = [
    ...(home === oldHome ? [] : [`from ${oldHome} to ${home}`]),
    ...(user === oldUser ? [] : [`from the user ${oldUser} to ${user}`]),
  ].join(' and ');
  return new HintedError(
    `Cannot move ${name} ${change}: its live release runs there, and the site would fail until the next deployment`,
    {
      hint: `Set application.home: ${oldHome} and application.user: ${oldUser} again; to move it all the same, follow "Another home or user" in the README of @fairness-deploy/core`,
    },
  );
}

/**
 * How the live processes differ from those of the environment. New processes do no harm, nor do
 * other ports of a process that gets no requests.
 */
function misfits(
  running: Addresses,
  application: Application,
  front: Front | undefined,
): readonly string[] {
  const wanted = addressesOf(application);
  const isRouted = (name: string): boolean =>
    application.processes.some((process) => process.name === name && process.route !== undefined);
  return Object.entries(running).flatMap(([name, ports]) => {
    const now = ownEntry(wanted, name);
    if (!now) return [`its process "${name}" would be stopped, as the environment has none`];
    if (now.join() === ports.join() || !front || !isRouted(name)) return [];
    return [`its process "${name}" listens on ${ports.join(' or ')}, not on ${now.join(' or ')}`];
  });
}
