import { describeFailure } from '@fairness-deploy/shell/text';
import { environmentSecretStore, lockedSecretStore, SecretsError } from '@fairness-deploy/secrets';
import { loadEnvironment, type LoadedEnvironment } from '../environment/load-environment.js';

/**
 * Loads an environment for a command. One that can do without secrets goes on when some are
 * missing, and when the file can't be opened, of which it says that what hosts print is not
 * masked; it has those that are variables then. What needs another all the same fails where that
 * is used.
 *
 * @throws as {@link loadEnvironment} does.
 */
export async function loadFor(
  { withoutSecrets = false }: { readonly withoutSecrets?: boolean },
  place: { readonly workspace: string; readonly environment: string },
  warn: (text: string) => void,
): Promise<LoadedEnvironment> {
  const reference = { workspace: place.workspace, name: place.environment };
  try {
    return await loadEnvironment(reference, { warn, requiresSecrets: !withoutSecrets });
  } catch (error) {
    if (!(error instanceof SecretsError) || !withoutSecrets) throw error;
    warn(
      `${describeFailure(error)}\nContinuing without the file's secrets: what hosts print is not masked`,
    );
    const variables = environmentSecretStore(process.env);
    return loadEnvironment(reference, { secrets: () => lockedSecretStore(error, variables), warn });
  }
}
