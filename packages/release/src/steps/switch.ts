import { beforeLink } from '../scripts/before-link.js';
import { fail, sh } from '@fairness-deploy/shell';
import { findColour } from '../application/colour.js';
import { type ReleaseStep } from '../order/release-step.js';
import { previousListens } from '../scripts/previous-release.js';
import type { ReleaseSpec } from '../scripts/release-spec.js';

/**
 * Switches traffic to the release, in one atomic step: the link `live` moves to its colour. The web
 * server reads the link for each request (docs/adr/0008).
 */
export function switchStep(
  spec: Pick<ReleaseSpec, 'application' | 'layout' | 'release'>,
): ReleaseStep {
  const { layout, release } = spec;
  const next = `.next-${release.id}`;
  const before = beforeLink(release);
  return {
    phase: 'activate',
    name: 'switch',
    run: sh`
      cd -- ${layout.home}
      # Left from the last time when this release went live.
      rm -f -- ${next} ${before}
      ${findColour(layout, release)}
      if [ -e live ] && [ ! -L live ]; then
        ${fail(`Cannot switch to ${release.id}: ${layout.live} is not a link`, 'move it away')}
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
        # No traffic goes to a release that doesn't run any more.
        ${previousListens(spec)}
        fd_previous_listens ||
          ${fail(`Cannot switch back: no process of the previous release listens any more, so ${release.id} keeps the traffic`, `deploy a commit that works, or find out why the previous one ended: its log is below ${layout.logs}`)}
        mv -T -- ${before} live
      elif [ "$(readlink -- live || :)" = "colours/$fd_colour" ]; then
        rm -f -- live
      fi`,
  };
}
