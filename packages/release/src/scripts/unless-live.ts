import { linkTo } from '../application/colour.js';
import { type Layout } from '../application/layout.js';
import { type Release } from '../application/release.js';
import { sh, type Script } from '@fairness-deploy/shell';

/** Keeps the live release: when traffic could not be moved back, the site must keep running. */
export function unlessLive(layout: Layout, release: Release, script: Script): Script {
  return sh`
    if [ "$(readlink -- ${`${layout.live}/release`} || :)" = ${linkTo(layout, release)} ]; then
      printf '%s\n' ${`Keeping ${release.id}: it is the live release`}
      exit 0
    fi
    ${script}`;
}
