import type { z } from 'zod';
import type { Environment, Host } from '../inventory/environment.js';
import type { Issue, KeyPath } from '@fairness-deploy/environment-file';
import type { Resource } from '../resource/resource.js';
import type { LiveFolder } from '../resource-parts/live-folder.js';
import type { Target } from '@fairness-deploy/shell';
import type { Secret } from '@fairness-deploy/shell/secret';
import type { Check, ClientCheck } from './check.js';
import type { FindingSchemas } from './finding-schemas.js';
import type { Claim } from '../resource-parts/claim.js';
import type { NeededPort } from './needed-port.js';
import type { LogSource } from './log-source.js';
import type { Extension } from './extension-point.js';
import type { Offer } from './offer.js';
import type { ReportSource } from './report-part.js';
import type { Rehearsal } from './rehearsal.js';
import type { Owned } from '../resource/owned.js';
import type { Removals } from '../ownership/removals.js';
import type { WatchedCheck } from './watched-check.js';

/** The context of a plugin's functions: the environment, the host and the plugin's own section. */
export interface PluginContext<Section> {
  readonly environment: Environment;
  readonly host: Host;
  readonly section: Section;
  /**
   * The plugins of the environment, for the parts that they add to this one: see ExtensionPoint.
   */
  readonly plugins: readonly Plugin[];
  /**
   * A secret that the plugin needs ({@link Plugin.secrets}), by its name.
   *
   * @throws SecretsError when it can't be opened, in a command that continues without secrets.
   */
  readonly secret: (name: string) => Secret;
}

/** A secret that a plugin needs, besides those that the files refer to. */
export interface NeededSecret {
  readonly name: string;
  /** Its purpose. */
  readonly description: string;
  /** How many random bytes make a good one; undefined: another system gives it. */
  readonly bytes?: number;
}

/** A list of domains in a section: what a copy of the environment must not answer to. */
export interface OwnDomains {
  /** Within the section. */
  readonly path: KeyPath;
  readonly domains: readonly string[];
}

/** Where a host was reached. */
export type Reached = Pick<Target, 'address' | 'publishedPorts'>;

/** A URL of a site. */
export interface SiteUrl {
  /** Its name in the plugin's section, for `open --site`. */
  readonly site: string;
  readonly url: string;
}

/** An error in an environment's files that a plugin found. */
export interface PluginIssue extends Issue {
  /** The key of environment.yaml in which the path starts; default: the plugin's section. */
  readonly within?: string;
}

/**
 * What a package adds to environments that have its section. All of it is pure, except `target`,
 * which may read the client's own files, and what a `rehearsal` restores.
 */
export interface Plugin<Section = unknown> {
  /** The key of environment.yaml that the plugin owns. */
  readonly section: string;
  readonly schema: z.ZodType<Section>;
  /**
   * Checks what the schema can't, because it needs the rest of the environment.
   *
   * @param plugins those of the environment's sections, for the parts that they add to this one
   */
  validate?(
    section: Section,
    environment: Environment,
    plugins: readonly Plugin[],
  ): readonly PluginIssue[];
  /**
   * How to reach a host that this plugin runs itself (a sandbox, a VM); undefined: as the
   * environment says. A promise when the plugin has to ask another program.
   *
   * @throws HostGoneError when there is no such host any more: what waits for it ends then.
   */
  target?(
    host: Host,
    environment: Environment,
  ): Partial<Target> | undefined | Promise<Partial<Target> | undefined>;
  /**
   * Its hosts are on the developer's machine, and may have Vagrant's insecure key, which everybody has. In an
   * environment without such a plugin, that key is refused.
   */
  readonly insecureKeys?: 'allowed';
  /** The secrets that the plugin itself needs. An environment without them is refused. */
  secrets?(section: Section): readonly NeededSecret[];
  /** The resources of the host, for `plan` and `provision`. */
  resources?(context: PluginContext<Section>): readonly Resource[];
  /**
   * Further resources of the host: those with which it watches itself.
   *
   * @param checks those of all plugins that the host can make by itself
   */
  watch?(context: PluginContext<Section>, checks: readonly WatchedCheck[]): readonly Resource[];
  /**
   * The folders of /etc whose files its daemon reads, so that other sections' files there are
   * checked and loaded too.
   */
  readonly liveFolders?: readonly LiveFolder[];
  /** Checks of this plugin, for `status`, `doctor`, and a deployment that finds nothing to do. */
  checks?(context: PluginContext<Section>): readonly Check[];
  /**
   * The file with the functions that judge its checks: a module of CommonJS that needs no other. A host that
   * watches itself gets a copy.
   */
  readonly judges?: string;
  /** What the data of its findings are, for `--json` and the reference. */
  readonly findings?: FindingSchemas;
  /** What `doctor` asks from the client, besides. */
  clientChecks?(context: PluginContext<Section>): readonly ClientCheck[];
  /** What it adds to a report of the host, besides its findings. */
  report?(context: PluginContext<Section>): ReportSource;
  /** The logs of this plugin, for `logs`. */
  logs?(context: PluginContext<Section>): readonly LogSource[];
  /**
   * What the section has on the host for this environment alone, besides what its resources own, in the order
   * in which it can be removed: what is below a `path` goes with it.
   */
  owns?(context: PluginContext<Section>): readonly Owned[];
  /**
   * The kinds of these that its own resources and steps remove when the section does not have them any more.
   * When the section is gone, they are removed as all others.
   */
  readonly removesOwn?: readonly ('path' | 'unit')[];
  /** How things of kinds of its own are removed, also when no environment has the section any more. */
  readonly removals?: Removals;
  /**
   * What the environment has on the host for itself, or in a way of its own, such as a port: another
   * environment whose claim of the same thing differs is refused there.
   */
  claims?(context: PluginContext<Section>): readonly Claim[];
  /** The domains that the section names, so that a copy of the environment gets others. */
  domains?(section: Section): readonly OwnDomains[];
  /**
   * The URLs that people open to see the application, on a host that was reached like this; with the name of
   * its site where there may be several.
   */
  urls?(context: PluginContext<Section>, target: Reached): readonly (string | SiteUrl)[];
  /** The ports of the host that others must reach, besides those of `urls`. */
  neededPorts?(context: PluginContext<Section>): readonly NeededPort[];
  /**
   * The mirror of Node.js for an environment that names none, where its hosts reach only that one.
   * It may read the client's own files.
   */
  nodeMirror?(environment: Environment): string | undefined;
  /**
   * What people want to know of the environment, by its label, such as Branch: a column of the table
   * of environments. Texts for everybody who can read the repository.
   */
  facts?(section: Section, environment: Environment): Readonly<Record<string, string>>;
  /** Values that the environment's files may use. */
  readonly offers?: readonly Offer<Section>[];
  /** Parts that it adds to other plugins, such as steps of a deployment. */
  readonly extensions?: readonly Extension[];
  /** What a rehearsal of the environment uses in place of what only the real hosts can have. */
  readonly rehearsal?: Rehearsal<Section>;
}

/** Hides the section's type, so that plugins of different sections go in one list. */
export function definePlugin<Section>(plugin: Plugin<Section>): Plugin {
  // Sound: the loader passes a plugin only what its own schema returned.
  return plugin;
}
