import type { z } from 'zod';
import type { Environment, Host } from '../inventory/environment.js';
import type { Issue } from '@fairness-deploy/environment-file';
import type { Resource } from '../resource/resource.js';
import type { LiveFolder } from '../resources/live-folder.js';
import type { Target } from '@fairness-deploy/shell';
import type { Secret } from '@fairness-deploy/shell/secret';
import type { Check } from './check.js';
import type { LogSource } from './log-source.js';
import type { Extension } from './extension-point.js';
import type { Offer } from './offer.js';

/** What a plugin's functions get: the environment, the host and the plugin's own section. */
export interface PluginContext<Section> {
  readonly environment: Environment;
  readonly host: Host;
  readonly section: Section;
  /** The plugins of the environment, for what they add to this one: see ExtensionPoint. */
  readonly plugins: readonly Plugin[];
  /**
   * A secret that the plugin needs ({@link Plugin.secrets}), by its name.
   *
   * @throws SecretsError when it can't be had, in a command that does without secrets.
   */
  readonly secret: (name: string) => Secret;
}

/** A secret that a plugin needs, besides those that the files refer to. */
export interface NeededSecret {
  readonly name: string;
  /** What it is for. */
  readonly description: string;
  /** How many random bytes make a good one; undefined: it comes from elsewhere. */
  readonly bytes?: number;
}

/** Something on a host that is there for the environment alone. */
export interface Owned {
  readonly kind: 'path' | 'user' | 'unit';
  /** The absolute path, the user's name, or the unit's full name. */
  readonly name: string;
  /** Whether it holds data that nothing can make again, such as uploads or a database. */
  readonly data: boolean;
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
  validate?(section: Section, environment: Environment): readonly PluginIssue[];
  /**
   * How to reach a host that this plugin runs itself (a sandbox, a VM); undefined: as the environment
   * says. A promise where a process has to be asked.
   */
  target?(
    host: Host,
    environment: Environment,
  ): Partial<Target> | undefined | Promise<Partial<Target> | undefined>;
  /** The secrets that it needs by itself. An environment without them is refused. */
  secrets?(section: Section): readonly NeededSecret[];
  /** What the host needs, for `plan` and `provision`. */
  resources?(context: PluginContext<Section>): readonly Resource[];
  /** The folders of /etc whose files its daemon reads, so that files of other sections there are checked and loaded too. */
  readonly liveFolders?: readonly LiveFolder[];
  /** Look at what it looks after, for `status`, and for a deployment that finds nothing to do. */
  checks?(context: PluginContext<Section>): readonly Check[];
  /** Where to read what it looks after has logged, for `logs`. */
  logs?(context: PluginContext<Section>): readonly LogSource[];
  /** What is on the host for this environment alone, and can go with it. */
  owns?(context: PluginContext<Section>): readonly Owned[];
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
