import {
  byColour,
  fail,
  findColour,
  portOf,
  sh,
  type Release,
  type ReleaseStep,
} from '@fairness-deploy/core';
import type { ReleaseSpec } from './release-spec.js';

/**
 * Gives the traffic to the release, in one atomic step: the link `live` moves to its colour.
 * Whoever sends requests looks at the link for each of them (docs/adr/0008).
 */
export function switchStep({
  application,
  layout,
  release,
}: Pick<ReleaseSpec, 'application' | 'layout' | 'release'>): ReleaseStep {
  const next = `.next-${release.id}`;
  const before = beforeLink(release);
  return {
    phase: 'activate',
    name: 'switch',
    run: sh`
      cd -- ${layout.home}
      # Of the last time that this release went on line.
      rm -f -- ${next} ${before}
      ${findColour(layout, release)}
      if [ -e live ] && [ ! -L live ]; then
        ${fail(`Cannot switch to ${release.id}: ${layout.live} is not a link; move it away`)}
      fi
      [ ! -L live ] || cp -P -- live ${before}
      ln -s -- "colours/$fd_colour" ${next}
      mv -T -- ${next} live
      sync -f .`,
    undo: sh`
      ${findColour(layout, release, sh`exit 0`)}
      cd -- ${layout.home}
      rm -f -- ${next}
      if [ -L ${before} ]; then
        # Traffic is not moved from what runs to what doesn't. Whoever started this one keeps it then.
        ${byColour('fd_other', (colour) => sh`set -- ${application.processes.map((process) => String(portOf(process, colour)))}`)}
        for fd_port; do
          ss -Hltn "sport = :$fd_port" | grep -q . ||
            ${fail(`Cannot move the traffic back: the release before does not listen on all of its ports any more, so ${release.id} keeps it`)}
        done
        mv -T -- ${before} live
      elif [ "$(readlink -- live || :)" = "colours/$fd_colour" ]; then
        rm -f -- live
      fi`,
  };
}

/** In the application's home, the link as it was before the switch to a release. */
export function beforeLink({ id }: Release): string {
  return `.before-${id}`;
}
