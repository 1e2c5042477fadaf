import { byColour, findColour, type Colour } from '../application/colour.js';
import { LISTENERS } from '../application/listeners.js';
import { listenAddress, type ListenAddress } from '../application/listen-address.js';
import { lines, sh, waitUntil, type Script } from '@fairness-deploy/shell';
import type { ReleaseSpec } from './release-spec.js';

type Spec = Pick<ReleaseSpec, 'application' | 'layout' | 'release'>;

/**
 * Defines `fd_previous_listens`, which succeeds when a process of the previous release, in the colour
 * `$fd_other`, listens where nginx would send its requests. Only processes of the application's user
 * count.
 */
export function previousListens({ application }: Spec): Script {
  const addresses = (colour: Colour): readonly ListenAddress[] =>
    application.processes.map((process) => listenAddress(application, process, colour));
  return sh`
    ${LISTENERS}
    fd_previous_listens() {
      ${byColour('fd_other', (colour) => sh`fd_listens ${[application.user, '', ...addresses(colour)]}`)}
    }`;
}

/**
 * Waits until the previous release, which was just started again, listens; or for its longest
 * start.
 */
export function awaitPrevious(spec: Spec): Script {
  const { application, layout, release } = spec;
  const seconds = Math.max(0, ...application.processes.map(({ health }) => health.deadline));
  return lines(
    findColour(layout, release, sh`exit 0`),
    sh`[ -L ${layout.colours}/"$fd_other"/release ] || exit 0`,
    previousListens(spec),
    waitUntil({ until: sh`fd_previous_listens`, seconds, pause: 0.1, otherwise: sh`break` }),
  );
}
