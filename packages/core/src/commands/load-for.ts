import { lockedSecretStore, SecretsError } from '@fairness-deploy/secrets';
import { loadEnvironment, type LoadedEnvironment } from '../inventory/load-environment.js';

/** What only looks, and what is needed in an emergency, doesn't need secrets, as a rule. */
const WITHOUT_SECRETS: readonly string[] = [
  'ping',
  'status',
  'history',
  'rollback',
  'attach',
  'cancel',
];

/** What is loaded for. */
export interface LoadingCommand {
  readonly name: string;
  /** Whether it goes on when secrets can't be had; as its name says unless given. */
  readonly withoutSecrets?: boolean;
}

/**
 * Loads an environment for a command. One that can do without secrets goes on when some are
 * missing, and when they can't be opened, of which it says that what hosts print is not masked.
 * What needs one all the same fails where it is used.
 *
 * @throws as {@link loadEnvironment} does.
 */
export async function loadFor(
  { name, withoutSecrets = WITHOUT_SECRETS.includes(name) }: LoadingCommand,
  place: { readonly workspace: string; readonly environment: string },
  warn: (text: string) => void,
): Promise<LoadedEnvironment> {
  const reference = { workspace: place.workspace, name: place.environment };
  try {
    return await loadEnvironment(reference, { warn, requiresSecrets: !withoutSecrets });
  } catch (error) {
    if (!(error instanceof SecretsError) || !withoutSecrets) throw error;
    warn(`${error.message}\nGoing on without secrets: what hosts print is not masked`);
    return loadEnvironment(reference, { secrets: () => lockedSecretStore(error), warn });
  }
}
