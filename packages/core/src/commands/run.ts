import { compose } from '../engine/compose.js';
import type { StatusScript } from '../engine/deployment.js';
import { order } from '../engine/order.js';
import type { Environment, Host } from '../inventory/environment.js';
import type { Plugin, PluginContext } from '../plugin/plugin.js';
import type { Reporter } from '../report/event.js';
import type { Mask } from '../report/masking-reporter.js';
import { inLiveFolders } from '../resources/live-folder.js';
import { KNOWN_FOLDERS } from '../resources/known-daemons.js';
import type { Resource } from '../resource/resource.js';
import type { RunningJobs } from './running-jobs.js';
import type { Transport } from '@fairness-deploy/shell';

/** What can be said on the command line; each command heeds those that concern it. */
export interface CommandOptions {
  /** Only these hosts. */
  readonly limit?: readonly string[];
  /** Events as lines of JSON. */
  readonly json?: boolean;
  /** Apply without asking. */
  readonly yes?: boolean;
  /** End with status 2 when a plan finds changes. */
  readonly detailedExitCode?: boolean;
  /** Pin unknown host keys without asking. */
  readonly acceptNew?: boolean;
  /** Deploy even the commit that already runs. */
  readonly force?: boolean;
  /** The branch, tag or commit to deploy instead of the environment's. */
  readonly revision?: string;
  /** The release to roll back to, or the beginning of its commit. */
  readonly to?: string;
  /** Wait until the job of somebody else has ended, instead of giving up. */
  readonly wait?: boolean;
  /** Deploy although the host isn't provisioned as described. */
  readonly allowDrift?: boolean;
}

/** 0 done, 1 failed, 2 a plan found changes and was asked to tell. */
export type ExitCode = 0 | 1 | 2;

/** One run of a command on an environment. */
export interface Run {
  readonly environment: Environment;
  /** The plugins whose section the environment has. */
  readonly plugins: readonly Plugin[];
  readonly options: CommandOptions;
  readonly reporter: Reporter;
  /** Hides secrets in what goes elsewhere than to the reporter, which masks by itself. */
  readonly mask: Mask;
  /** The jobs that run on hosts at the moment. */
  readonly jobs: RunningJobs;
  readonly transport: Transport;
}

export type Command = (run: Run) => Promise<ExitCode>;

/** What a plugin's functions get for a host. */
export function contextOf(
  { environment }: Pick<Run, 'environment'>,
  plugin: Plugin,
  host: Host,
): PluginContext<unknown> {
  return { environment, host, section: environment.sections[plugin.section] };
}

/** Where to see what is live on a host that has this address. */
export function urlsOf(
  of: Pick<Run, 'environment' | 'plugins'>,
  host: Host,
  address: string,
): readonly string[] {
  return of.plugins.flatMap((plugin) => plugin.urls?.(contextOf(of, plugin, host), address) ?? []);
}

/** What all plugins want on each host, by its name, in the order in which it is applied. */
export type Wanted = ReadonlyMap<string, readonly Resource[]>;

/**
 * Puts together what the plugins want, before anything is contacted.
 *
 * @throws Error when two resources contradict each other or come after each other in a circle.
 */
export function wantedOf(run: Run): Wanted {
  // A plugin knows more of its daemon than we do.
  const folders = [...run.plugins.flatMap(({ liveFolders = [] }) => liveFolders), ...KNOWN_FOLDERS];
  return new Map(
    run.environment.hosts.map((host) => {
      const declared = run.plugins.flatMap(
        (plugin) => plugin.resources?.(contextOf(run, plugin, host)) ?? [],
      );
      return [
        host.name,
        order(compose(declared.map((resource) => inLiveFolders(resource, folders)))),
      ];
    }),
  );
}

/** How the plugins tell what runs on a host. */
export function statusesOf(run: Run, host: Host): readonly StatusScript[] {
  return run.plugins.flatMap((plugin) => {
    const script = plugin.status?.(contextOf(run, plugin, host));
    return script ? [{ name: plugin.section, script }] : [];
  });
}
