import type { SecretsSection, SecretStore } from '@fairness-deploy/secrets';
import type { ReadSource } from '@fairness-deploy/environment-file';
import type { Plugin } from '../plugin/plugin.js';

/** How an environment is loaded. */
export interface LoadOptions {
  /**
   * Opens the secrets; only called when a file refers to a secret or requires one. Default: the
   * environment's secrets.yaml and the variables FAIRNESS_SECRET_<NAME>.
   */
  readonly secrets?: (section: SecretsSection) => SecretStore | Promise<SecretStore>;
  /** Whether a missing secret is an error; else only its use is. Default: true. */
  readonly requiresSecrets?: boolean;
  /**
   * Whether plugins check what their schemas can't, such as that a file which a section names is on
   * this machine. Without it, what is loaded is for people to read, never for a host. Default: true.
   */
  readonly validates?: boolean;
  /** Reports notices about the keys that were found. */
  readonly warn?: (text: string) => void;
  /** Reads the files; default: from the disk. Generators have changes that are not written yet. */
  readonly source?: ReadSource;
  /**
   * Maps a section after its schema, before values of it are filled in elsewhere: for a rehearsal.
   * Default: as it is.
   */
  readonly section?: (plugin: Plugin, output: unknown) => unknown;
  /** The plugins, instead of those that nx.json names. */
  readonly plugins?: readonly Plugin[];
}
