import { findColour } from '../application/colour.js';
import { LISTENERS } from '../application/listeners.js';
import { forEachProgram } from '../application/programs-file.js';
import { lines, sh, waitUntil, type Script } from '@fairness-deploy/shell';
import type { ReleaseSpec } from './release-spec.js';

type Spec = Pick<ReleaseSpec, 'application' | 'layout' | 'release'>;

/**
 * Defines `fd_previous_listens`, which succeeds when a program of the previous release, in the colour
 * `$fd_other`, listens where nginx would send its requests, or when all of them are workers. Only
 * processes of the application's user count.
 */
export function previousListens({ application, layout }: Spec): Script {
  return sh`
    ${LISTENERS}
    fd_previous_listens() {
      set --
      ${forEachProgram(layout, 'fd_other', sh`[ -z "$fd_address" ] || set -- "$@" "$fd_address"`)}
      [ -f "$fd_programs" ] || return 1
      [ $# -eq 0 ] || fd_listens ${application.user} '' "$@"
    }`;
}

/**
 * Waits until the previous release, which was just started again, listens; or for its longest
 * start.
 */
export function awaitPrevious(spec: Spec): Script {
  const { layout, release } = spec;
  const seconds = Math.max(0, ...release.programs.map(({ health }) => health.deadline));
  return lines(
    findColour(layout, release, sh`exit 0`),
    sh`[ -L ${layout.colours}/"$fd_other"/release ] || exit 0`,
    previousListens(spec),
    waitUntil({ until: sh`fd_previous_listens`, seconds, pause: 0.1, otherwise: sh`break` }),
  );
}
