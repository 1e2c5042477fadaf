import type { Plugin, PluginContext } from '@fairness-deploy/core';
import type { Program } from '../application/program.js';
import type { Release } from '../application/release.js';
import type { ReleaseStep } from '../order/release-step.js';
import { releaseExtensions, type StepOptions } from '../extension/release-extension.js';

/** The steps that a plugin has in a deployment. */
export function releaseStepsOf(
  plugin: Plugin,
  context: PluginContext<unknown>,
  release: Release,
  previous: readonly Program[] = [],
  options: StepOptions = {},
): readonly ReleaseStep[] {
  return releaseExtensions([plugin]).flatMap(
    ({ part }) => part.steps?.(context, release, previous, options) ?? [],
  );
}

/** The files that a plugin adds for the programs of a release. */
export function releaseFilesOf(
  plugin: Plugin,
  context: PluginContext<unknown>,
  release: Release,
): Readonly<Record<string, string>> {
  return Object.assign(
    {},
    ...releaseExtensions([plugin]).map(({ part }) => part.files?.(context, release)),
  ) as Readonly<Record<string, string>>;
}
