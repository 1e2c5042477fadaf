import type { z } from 'zod';
import type { Environment, Host } from '../inventory/environment.js';
import type { Issue } from '../inventory/issue.js';
import type { Resource } from '../resource/resource.js';
import type { Script } from '../script/sh.js';
import type { OnClient } from '../engine/job.js';
import type { Target } from '../transport/transport.js';
import type { DeploymentReport } from './deployment-report.js';
import type { Deployer } from './deployer.js';

/** What a plugin's functions get: the environment, the host and the plugin's own section. */
export interface PluginContext<Section> {
  readonly environment: Environment;
  readonly host: Host;
  readonly section: Section;
}

/** A release on a host, as the plugins that start it see it. */
export interface Release {
  /** Its folder's name, such as `20261123-101502-3f2a1bc`. */
  readonly id: string;
  readonly commit: string;
  /** Absolute path of the release's folder on the host. */
  readonly path: string;
  /**
   * Absolute path of what all its processes have in their environment, for what else runs for
   * the release: lines `NAME='value'` for sh. Only the application's user may read it.
   */
  readonly environmentFile: string;
}

/**
 * The order of a deployment on a host; the plugins add their steps to these. Up to `check`
 * the live release is left alone: the new one starts beside it, in the colour that is free.
 * `activate` moves the traffic. What runs then is looked at once more (`confirm`). From then on
 * nothing is taken back, on none of the hosts: the old release's requests come to their end
 * (`drain`), and its processes are stopped (`stop`).
 */
export const PHASES = [
  'fetch',
  'install',
  'build',
  'migrate',
  'start',
  'check',
  'activate',
  'confirm',
  'drain',
  'stop',
  'clean',
] as const;
export type Phase = (typeof PHASES)[number];

/** From these on a release stays on line, whatever becomes of their steps: they have no undo. */
export const LASTING_PHASES: readonly Phase[] = ['drain', 'stop', 'clean'];

/** One thing to do for a release on the host, as root, with `set -eu`. */
export interface ReleaseStep {
  readonly phase: Phase;
  /** What people see: `start api`. */
  readonly name: string;
  readonly run: Script;
  /** Before or behind all others of its phase. */
  readonly place?: 'first' | 'last';
  /** What happens on the client while the host waits, before `run`: see JobStep's onClient. */
  readonly onClient?: OnClient;
  /**
   * Of several hosts of a deployment, `onClient` is called for one alone: for the first that
   * gets to the step, and the others wait for its end; or for the last.
   */
  readonly once?: 'first' | 'last';
  /** Takes it back, and does no harm when there is nothing to take back: see JobStep's undo. None in LASTING_PHASES. */
  readonly undo?: Script;
}

/**
 * What a package adds to environments that have its section. All of it pure, but for
 * `target`, which may look at the client's own files.
 */
export interface Plugin<Section = unknown> {
  /** The key of environment.yaml that it owns. */
  readonly section: string;
  readonly schema: z.ZodType<Section>;
  /** What the schema can't say because it needs the rest of the environment. Paths start within the section. */
  check?(section: Section, environment: Environment): readonly Issue[];
  /** How to reach a host that this plugin runs itself (a sandbox, a VM); undefined: as the environment says. */
  target?(host: Host, environment: Environment): Partial<Target> | undefined;
  /** What the host needs, for `plan` and `provision`. */
  resources?(context: PluginContext<Section>): readonly Resource[];
  /** Its part in bringing a release on line. */
  releaseSteps?(context: PluginContext<Section>, release: Release): readonly ReleaseStep[];
  /** Prints the state of what it runs, for `status`: lines for people. */
  status?(context: PluginContext<Section>): Script;
  /** The URLs that people open to see what it serves; `address` is how the host was reached. */
  urls?(context: PluginContext<Section>, address: string): readonly string[];
  /**
   * What is done on the client when a deployment or a rollback has ended, well or not, or was
   * left running; not when nothing had to be done.
   *
   * @returns what went wrong with it: warnings, which change nothing of how it ended
   */
  finished?(
    context: Omit<PluginContext<Section>, 'host'>,
    report: DeploymentReport,
  ): Promise<readonly string[]>;
  /** At most one plugin of an environment brings releases. */
  readonly deployer?: Deployer;
}

/** Closes over the section's type, so that plugins of different sections go in one list. */
export function definePlugin<Section>(plugin: Plugin<Section>): Plugin {
  // Sound: the loader passes a plugin only what its own schema returned.
  return plugin;
}
