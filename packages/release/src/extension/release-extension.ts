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

/** The parts that a plugin adds to deployments and rollbacks. */
export interface ReleaseExtension<Section = unknown> {
  /** Its steps, on a host. */
  steps?(context: PluginContext<Section>, release: Release): readonly PluginStep[];
  /**
   * Of a plugin that sends requests to the application's processes; the first one in nx.json's
   * order counts.
   */
  front?(context: PluginContext<Section>): Front;
  /**
   * Runs on the client when a deployment or a rollback has succeeded or failed, or the user has
   * detached; not when there was nothing to do.
   *
   * @returns its failures, as warnings, which don't change the end of the deployment
   */
  ended?(
    context: Omit<PluginContext<Section>, 'host'>,
    report: DeploymentReport,
  ): Promise<readonly string[]>;
}

const POINT = new ExtensionPoint<ReleaseExtension>('release');

/** Adds to deployments and rollbacks: for a plugin's `extensions`. */
export function extendRelease<Section>(part: ReleaseExtension<Section>): Extension {
  // Sound: the function gets the section of its own plugin.
  return POINT.with(part);
}

/** The parts of the plugins, in the plugins' order. */
export function releaseExtensions(
  plugins: readonly Plugin[],
): readonly { readonly plugin: Plugin; readonly part: ReleaseExtension }[] {
  return POINT.of(plugins);
}

/**
 * The front of an environment: it sends requests to the processes. Undefined when no plugin has
 * one.
 */
export function frontOf(context: PluginContext<unknown>): Front | undefined {
  const { environment, plugins } = context;
  for (const { plugin, part } of releaseExtensions(plugins)) {
    const front = part.front?.({ ...context, section: environment.sections[plugin.section] });
    if (front) return front;
  }
  return undefined;
}
