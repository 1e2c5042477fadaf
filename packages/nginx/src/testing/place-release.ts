import type { PluginContext } from '@fairness-deploy/core';
import {
  colourFolder,
  COLOURS,
  type Colour,
  type Layout,
  type Release,
} from '@fairness-deploy/release';
import { writeConfiguration, linkTo, releaseFilesOf } from '@fairness-deploy/release/testing';
import { sh, type Script } from '@fairness-deploy/shell';
import { greenIsLive } from '../release/green.js';
import { plugin } from '../nginx-plugin.js';

/** Puts a release into a colour, as far as nginx knows of it. */
export function placeRelease(
  context: PluginContext<unknown>,
  layout: Layout,
  release: Release,
  colour: Colour,
): Script {
  return sh`
    mkdir -p ${[release.path, ...COLOURS.map((one) => colourFolder(layout, one))]}
    : >${greenIsLive({ live: colourFolder(layout, 'green') })}
    ${writeConfiguration(layout, release, releaseFilesOf(plugin, context, release))}
    ln -sfn ${linkTo(layout, release)} ${`${colourFolder(layout, colour)}/release`}`;
}
