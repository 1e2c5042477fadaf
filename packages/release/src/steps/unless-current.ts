import { sh, type Release, type Script } from '@fairness-deploy/core';
import type { ReleaseLayout } from '../layout.js';

/** Where the link `current` leads for a release, relative to the application's home. */
export function linkTarget({ home }: ReleaseLayout, { path }: Release): string {
  return path.slice(home.length + 1);
}

/** Keeps what the link leads to: when taking it back has failed, a site must go on. */
export function unlessCurrent(layout: ReleaseLayout, release: Release, script: Script): Script {
  return sh`
    if [ "$(readlink -- ${layout.current} || :)" = ${linkTarget(layout, release)} ]; then
      printf '%s\n' ${`Keeping ${release.id}: it is the current release`}
      exit 0
    fi
    ${script}`;
}
