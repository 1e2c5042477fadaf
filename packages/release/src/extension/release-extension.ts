import {
  ExtensionPoint,
  type Extension,
  type Plugin,
  type PluginContext,
} from '@fairness-deploy/core';
import type { Front } from '../application/front.js';
import type { Release } from '../application/release.js';
import type { DeploymentReport } from '../notify/deployment-report.js';
import type { PluginStep } from '../order/release-step.js';

/** What a plugin adds to deployments and rollbacks. */
export interface ReleaseExtension<Section = unknown> {
  /** Its steps, on a host. */
  steps?(context: PluginContext<Section>, release: Release): readonly PluginStep[];
  /** Of a plugin that sends requests to the application's processes; the first in nx.json's order counts. */
  front?(context: PluginContext<Section>): Front;
  /**
   * Runs on the client when a deployment or a rollback has ended, well or not, or was detached; not
   * when there was nothing to do.
   *
   * @returns what went wrong with it: warnings, which change nothing of how it ended
   */
  ended?(
    context: Omit<PluginContext<Section>, 'host'>,
    report: DeploymentReport,
  ): Promise<readonly string[]>;
}

const POINT = new ExtensionPoint<ReleaseExtension>('release');

/** Adds to deployments and rollbacks: for a plugin's `extensions`. */
export function extendRelease<Section>(part: ReleaseExtension<Section>): Extension {
  // Sound: it is given the section of its own plugin.
  return POINT.with(part);
}

/** What the plugins add, in their order. */
export function releaseExtensions(
  plugins: readonly Plugin[],
): readonly { readonly plugin: Plugin; readonly part: ReleaseExtension }[] {
  return POINT.of(plugins);
}

/** What sends requests to the processes of an environment; undefined when no plugin does. */
export function frontOf(context: PluginContext<unknown>): Front | undefined {
  const { environment, plugins } = context;
  for (const { plugin, part } of releaseExtensions(plugins)) {
    const front = part.front?.({ ...context, section: environment.sections[plugin.section] });
    if (front) return front;
  }
  return undefined;
}
