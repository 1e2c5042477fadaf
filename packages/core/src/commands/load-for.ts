import { lockedSecretStore, SecretsError } from '@fairness-deploy/secrets';
import { loadEnvironment, type LoadedEnvironment } from '../inventory/load-environment.js';

/** What only looks doesn't need secrets, as a rule. */
const LOOKING: readonly string[] = ['ping', 'status', 'history'];

/**
 * Loads an environment for a command. One that only looks goes on when secrets are missing, and
 * when they can't be opened, of which it says that what hosts print is not masked.
 *
 * @throws as {@link loadEnvironment} does.
 */
export async function loadFor(
  command: string,
  place: { readonly workspace: string; readonly environment: string },
  warn: (text: string) => void,
): Promise<LoadedEnvironment> {
  const reference = { workspace: place.workspace, name: place.environment };
  try {
    return await loadEnvironment(reference, { warn, requiresSecrets: !LOOKING.includes(command) });
  } catch (error) {
    if (!(error instanceof SecretsError) || !LOOKING.includes(command)) throw error;
    warn(`${error.message}\nGoing on without secrets: what hosts print is not masked`);
    return loadEnvironment(reference, { secrets: () => lockedSecretStore(error), warn });
  }
}
