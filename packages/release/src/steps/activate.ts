import { fail, sh, type Release, type ReleaseStep } from '@fairness-deploy/core';
import type { ReleaseSpec } from './release-spec.js';
import { linkTarget } from './unless-current.js';

/** Lets the link `current` lead to the release, in one atomic step. */
export function activateStep({ layout, release }: ReleaseSpec): ReleaseStep {
  const target = linkTarget(layout, release);
  const next = `.next-${release.id}`;
  const before = beforeLink(release);
  return {
    phase: 'activate',
    name: 'activate',
    run: sh`
      cd -- ${layout.home}
      if [ -e current ] && [ ! -L current ]; then
        ${fail(`Cannot activate ${release.id}: ${layout.current} is not a link; move it away`)}
      fi
      rm -f -- ${next} ${before}
      [ ! -L current ] || cp -P -- current ${before}
      # After a power cut the link must not lead to files that were never written.
      sync -f .
      ln -s -- ${target} ${next}
      mv -T -- ${next} current`,
    undo: sh`
      cd -- ${layout.home}
      rm -f -- ${next}
      if [ -L ${before} ]; then
        mv -T -- ${before} current
      elif [ "$(readlink -- current || :)" = ${target} ]; then
        rm -f -- current
      fi`,
  };
}

/** In the application's home, the link as it was before the release was activated. */
export function beforeLink({ id }: Release): string {
  return `.before-${id}`;
}
