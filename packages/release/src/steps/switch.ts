import { fail, findColour, sh, type Release, type ReleaseStep } from '@fairness-deploy/core';
import type { ReleaseSpec } from './release-spec.js';

/**
 * Gives the traffic to the release, in one atomic step: the link `live` moves to its colour.
 * Whoever sends requests looks at the link for each of them (docs/adr/0008).
 */
export function switchStep({
  layout,
  release,
}: Pick<ReleaseSpec, 'layout' | 'release'>): ReleaseStep {
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
        # Traffic is not moved to what doesn't run any more. Whoever started this one keeps it then.
        fd_before=$(readlink -- "colours/$fd_other/release" || :)
        fd_before=\${fd_before#../../releases/}
        fd_before=$(cd -- releases && pwd -P)/\${fd_before%%/*}
        fd_listens=
        for fd_pid in $(ss -Hltnp | grep -o 'pid=[0-9]*' | sort -u); do
          fd_cwd=$(readlink -- "/proc/\${fd_pid#pid=}/cwd") || continue
          case $fd_cwd/ in "$fd_before/"*) fd_listens=1 ;; esac
        done
        [ -n "$fd_listens" ] ||
          ${fail(`Cannot move the traffic back: nothing of the release before listens any more, so ${release.id} keeps it`)}
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
