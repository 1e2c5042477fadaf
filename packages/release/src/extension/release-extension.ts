import {
  askPlugin,
  ExtensionPoint,
  type Extension,
  type Plugin,
  type PluginContext,
} from '@fairness-deploy/core';
import { HintedError } from '@fairness-deploy/shell/text';
import type { Front } from '../application/front.js';
import type { Program } from '../application/program.js';
import type { Release } from '../application/release.js';
import type { DeploymentReport } from '../notify/deployment-report.js';
import type { PluginStep } from '../order/release-step.js';
import type { MigrationPart } from '../scripts/migration-part.js';

/** Options of the command that steps of plugins follow. */
export interface StepOptions {
  /** Files of another tool that a step would remove stay. */
  readonly keepOld?: boolean;
}

/** The parts that a plugin adds to deployments and rollbacks. */
export interface ReleaseExtension<Section = unknown> {
  /**
   * Its steps, on a host.
   *
   * @param previous the programs of the live release, as the deployment was planned
   */
  steps?(
    context: PluginContext<Section>,
    release: Release,
    previous: readonly Program[],
    options: StepOptions,
  ): readonly PluginStep[];
  /**
   * The steps that restart workers of the live release where they run, of a plugin that runs processes. The
   * colour is that of findColour(). Release checks afterwards that they are well.
   *
   * @param workers programs without a port
   */
  restart?(
    context: PluginContext<Section>,
    release: Release,
    workers: readonly Program[],
  ): readonly PluginStep[];
  /**
   * Files by which the release's programs are run, such as their configuration for Supervisor, by
   * names that begin with the section: `supervisor-blue.conf`. They belong to the release, so that a
   * rollback finds them as they were; steps read them in Layout's `configuration`. Root's alone, without
   * secrets. When one changes, deploying the same commit makes a new release.
   */
  files?(context: PluginContext<Section>, release: Release): Readonly<Record<string, string>>;
  /**
   * What it adds to the migration of a deployment, on the host that migrates: of a plugin of a
   * database.
   */
  migration?(context: PluginContext<Section>, release: Release): MigrationPart | undefined;
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
 * The files that plugins add for the programs of a release.
 *
 * @throws HintedError as {@link frontOf} does.
 */
export function filesOf(
  context: PluginContext<unknown>,
  release: Release,
): Readonly<Record<string, string>> {
  const { environment, plugins } = context;
  frontOf(context);
  const all = releaseExtensions(plugins).flatMap(({ plugin, part }) => {
    const { section } = plugin;
    const own = { ...context, section: environment.sections[section] };
    const files = askPlugin(section, 'the function "files" of its extension of releases', () =>
      part.files?.(own, release),
    );
    for (const name of Object.keys(files ?? {})) {
      if (/^[a-z0-9.-]+$/.test(name) && name.startsWith(`${section}-`)) continue;
      throw new RangeError(
        `Cannot use the file ${JSON.stringify(name)} of the plugin "${section}": expected a name such as "${section}-blue.conf"`,
      );
    }
    return files === undefined ? [] : [files];
  });
  return Object.assign({}, ...all) as Readonly<Record<string, string>>;
}

/**
 * What plugins add to the migration of a release.
 *
 * @param contextOf the context of a plugin on the host, which has that plugin's secrets
 */
export function migrationPartsOf(
  plugins: readonly Plugin[],
  contextOf: (plugin: Plugin) => PluginContext<unknown>,
  release: Release,
): readonly MigrationPart[] {
  return releaseExtensions(plugins).flatMap(({ plugin, part }) => {
    const what = 'the function "migration" of its extension of releases';
    return (
      askPlugin(plugin.section, what, () => part.migration?.(contextOf(plugin), release)) ?? []
    );
  });
}

/**
 * The front of an environment: it sends requests to the processes. Undefined when no plugin has
 * one.
 *
 * @throws HintedError when static files have none to serve them.
 */
export function frontOf(context: PluginContext<unknown>): Front | undefined {
  const { environment, plugins } = context;
  for (const { plugin, part } of releaseExtensions(plugins)) {
    const front = part.front?.({ ...context, section: environment.sections[plugin.section] });
    if (front) return front;
  }
  if ((environment.application?.static ?? []).length > 0) {
    throw new HintedError('Cannot serve application.static: no section serves files', {
      hint: 'add one that does, such as: nginx: {}',
    });
  }
  return undefined;
}
