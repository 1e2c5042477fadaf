import type { Plugin, PluginContext } from '@fairness-deploy/core';
import type { Release } from '../application/release.js';
import type { ReleaseStep } from '../order/release-step.js';
import { releaseExtensions } from '../extension/release-extension.js';

/** The steps that a plugin has in a deployment. */
export function releaseStepsOf(
  plugin: Plugin,
  context: PluginContext<unknown>,
  release: Release,
): readonly ReleaseStep[] {
  return releaseExtensions([plugin]).flatMap(({ part }) => part.steps?.(context, release) ?? []);
}
