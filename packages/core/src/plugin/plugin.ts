import type { z } from 'zod';
import type { DeploymentReport } from '../application/deployment-report.js';
import type { Release } from '../application/release.js';
import type { ReleaseStep } from '../application/release-step.js';
import type { Environment, Host } from '../inventory/environment.js';
import type { Issue } from '@fairness-deploy/environment-file';
import type { Resource } from '../resource/resource.js';
import type { LiveFolder } from '../resources/live-folder.js';
import type { Script, Target } from '@fairness-deploy/shell';
import type { Deployer } from './deployer.js';

/** What a plugin's functions get: the environment, the host and the plugin's own section. */
export interface PluginContext<Section> {
  readonly environment: Environment;
  readonly host: Host;
  readonly section: Section;
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
  /** The folders of /etc whose files its daemon reads, so that files of other sections there are checked and loaded too. */
  readonly liveFolders?: readonly LiveFolder[];
  /** Its part in a deployment. */
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
