import type { SecretsSection, SecretStore } from '@fairness-deploy/secrets';
import type { Plugin } from '../plugin/plugin.js';

/** How an environment is loaded. */
export interface LoadOptions {
  /**
   * Opens what `${secrets.name}` stands for, only called when a file refers to a secret or
   * requires one; the environment's secrets.yaml and the variables FAIRNESS_SECRET_<NAME>
   * unless given.
   */
  readonly secrets?: (section: SecretsSection) => SecretStore | Promise<SecretStore>;
  /** Whether a secret that is missing is a mistake; else only using it is. True unless given. */
  readonly requiresSecrets?: boolean;
  /** Says what the user should know of the keys that were found. */
  readonly warn?: (text: string) => void;
  /** Instead of those that nx.json names. */
  readonly plugins?: readonly Plugin[];
}
