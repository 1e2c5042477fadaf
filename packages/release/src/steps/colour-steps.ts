import { fail, sh, type Script } from '@fairness-deploy/shell';
import { findColour, findLive, linkTo, noteColour } from '../application/colour.js';
import type { Layout } from '../application/layout.js';
import type { Release } from '../application/release.js';
import { BIN } from '../application/runtime.js';
import { takeTurnAway } from '../application/turn.js';
import { type ReleaseStep } from '../order/release-step.js';
import { linkRuntime } from '../scripts/link-runtime.js';
import { noteLogSizes } from '../scripts/log-sizes.js';
import type { ReleaseSpec } from '../scripts/release-spec.js';
import { unlessLive } from '../scripts/unless-live.js';

/**
 * Puts the release into the free colour, whatever is in it. Another deployment may have run since
 * this one was planned.
 */
export function prepareColourStep({
  layout,
  release,
}: Pick<ReleaseSpec, 'layout' | 'release'>): ReleaseStep {
  const target = linkTo(layout, release);
  return {
    phase: 'start',
    name: 'prepare colour',
    run: sh`
      ${findLive(layout)}
      if [ ! -d ${release.path} ] || [ ! -e ${release.variablesFile} ]; then
        ${fail(`Cannot release ${release.id}: it was removed since this was planned`, 'see which releases there are, and choose again')}
      fi
      ${release.restarts ? requireLive(layout, release) : refuseLive(layout, release)}
      ${noteLogSizes(layout)}
      cd -- ${layout.colours}/"$fd_idle"
      if [ -e release ] && [ ! -L release ]; then
        ${fail(`Cannot release ${release.id}: "release" in its folder of ${layout.colours} is not a link, and fairness-deploy did not make it`, `move it away: ls -l ${layout.colours}/*`)}
      fi
      # An interrupted deployment may have left it with workers; this release's must wait.
      ${takeTurnAway(layout, 'fd_idle')}
      ${linkRuntime(release.runtime)}
      rm -f -- .next
      ${release.restarts ? noteColour('fd_idle') : sh`:`}
      # After a power cut, no release may have a name without its content.
      sync -f .
      ln -s -- ${target} .next
      mv -T -- .next release`,
    undo: (release.restarts ? unlessSwitched : unlessLive)(
      layout,
      release,
      sh`
        ${findColour(layout, release, sh`exit 0`)}
        rm -rf -- ${layout.colours}/"$fd_colour"/release ${layout.colours}/"$fd_colour"/${BIN}`,
    ),
  };
}

/** After {@link findLive}. */
function refuseLive(layout: Layout, release: Release): Script {
  return sh`
    if [ -n "$fd_live" ] && [ "$(readlink -- ${layout.colours}/"$fd_live"/release || :)" = ${linkTo(layout, release)} ]; then
      ${fail(`Cannot release ${release.id}: another deployment made it live since this was planned`)}
    fi`;
}

/** After {@link findLive}: only the live release restarts. */
function requireLive(layout: Layout, release: Release): Script {
  return sh`
    if [ -z "$fd_live" ] || [ "$(readlink -- ${layout.colours}/"$fd_live"/release || :)" != ${linkTo(layout, release)} ]; then
      ${fail(`Cannot restart ${release.id}: another deployment made another release live since this was planned`, 'restart again')}
    fi`;
}

/** Keeps a release in the colour in which it has restarted, when that has the traffic. */
function unlessSwitched(layout: Layout, release: Release, script: Script): Script {
  return sh`
    ${findColour(layout, release, sh`exit 0`)}
    ${findLive(layout)}
    if [ "$fd_colour" = "$fd_live" ]; then
      printf '%s\n' ${`Keeping ${release.id} where it has restarted: it has the traffic`}
      exit 0
    fi
    ${script}`;
}

/** Notes where the live release runs, whose workers restart there. */
export function noteLiveStep({
  layout,
  release,
}: Pick<ReleaseSpec, 'layout' | 'release'>): ReleaseStep {
  return {
    phase: 'start',
    name: 'find live release',
    run: sh`
      ${findLive(layout)}
      ${requireLive(layout, release)}
      ${noteColour('fd_live')}`,
  };
}

/**
 * Takes the previous release out of its colour: after a reboot only the live one starts. Until then
 * traffic can return to it.
 */
export function freeColourStep({
  layout,
  release,
}: Pick<ReleaseSpec, 'layout' | 'release'>): ReleaseStep {
  return {
    phase: 'clean',
    name: 'free colour',
    place: 'last',
    run: sh`
      ${findColour(layout, release)}
      rm -rf -- ${layout.colours}/"$fd_other"/release ${layout.colours}/"$fd_other"/${BIN}`,
  };
}
