import type { z } from 'zod';
import type { Environment, Host } from '../inventory/environment.js';
import type { Issue } from '@fairness-deploy/environment-file';
import type { Resource } from '../resource/resource.js';
import type { LiveFolder } from '../resources/live-folder.js';
import type { Script, Target } from '@fairness-deploy/shell';
import type { Extension } from './extension-point.js';
import type { Offer } from './offer.js';

/** What a plugin's functions get: the environment, the host and the plugin's own section. */
export interface PluginContext<Section> {
  readonly environment: Environment;
  readonly host: Host;
  readonly section: Section;
  /** The plugins of the environment, for what they add to this one: see ExtensionPoint. */
  readonly plugins: readonly Plugin[];
}

/** Something wrong in an environment's files, as a plugin finds it. */
export interface PluginIssue extends Issue {
  /** The key of environment.yaml in which the path starts; the plugin's section unless given. */
  readonly within?: string;
}

/**
 * What a package adds to environments that have its section. All of it pure, but for
 * `target`, which may look at the client's own files.
 */
export interface Plugin<Section = unknown> {
  /** The key of environment.yaml that it owns. */
  readonly section: string;
  readonly schema: z.ZodType<Section>;
  /** What the schema can't say because it needs the rest of the environment. */
  check?(section: Section, environment: Environment): readonly PluginIssue[];
  /** How to reach a host that this plugin runs itself (a sandbox, a VM); undefined: as the environment says. */
  target?(host: Host, environment: Environment): Partial<Target> | undefined;
  /** What the host needs, for `plan` and `provision`. */
  resources?(context: PluginContext<Section>): readonly Resource[];
  /** The folders of /etc whose files its daemon reads, so that files of other sections there are checked and loaded too. */
  readonly liveFolders?: readonly LiveFolder[];
  /** Prints the state of what it runs, for `status`: lines for people. */
  status?(context: PluginContext<Section>): Script;
  /** The URLs that people open to see what it serves; `address` is how the host was reached. */
  urls?(context: PluginContext<Section>, address: string): readonly string[];
  /** Values that the environment's files may use. */
  readonly offers?: readonly Offer<Section>[];
  /** What it adds to other plugins, such as steps of a deployment. */
  readonly extensions?: readonly Extension[];
}

/** Closes over the section's type, so that plugins of different sections go in one list. */
export function definePlugin<Section>(plugin: Plugin<Section>): Plugin {
  // Sound: the loader passes a plugin only what its own schema returned.
  return plugin;
}
