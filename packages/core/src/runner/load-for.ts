import { describeFailure } from '@fairness-deploy/shell/text';
import { environmentSecretStore, lockedSecretStore, SecretsError } from '@fairness-deploy/secrets';
import { loadEnvironment, type LoadedEnvironment } from '../environment/load-environment.js';

/**
 * Loads an environment for a command. One that can do without secrets goes on when some are
 * missing, and when the file can't be opened, of which it says that what hosts print is not
 * masked; it has those that are variables then. What needs another all the same fails where that
 * is used. For one that leaves the file unread it isn't opened at all.
 *
 * @throws as {@link loadEnvironment} does.
 */
export async function loadFor(
  { withoutSecrets = false }: { readonly withoutSecrets?: boolean | 'unread' },
  place: { readonly workspace: string; readonly environment: string },
  warn: (text: string) => void,
): Promise<LoadedEnvironment> {
  const reference = { workspace: place.workspace, name: place.environment };
  const without = (why: Error): Promise<LoadedEnvironment> => {
    const store = lockedSecretStore(why, environmentSecretStore(process.env));
    return loadEnvironment(reference, { secrets: () => store, warn });
  };
  if (withoutSecrets === 'unread') {
    return without(new Error('Cannot read a secret: this command runs without secrets'));
  }
  try {
    return await loadEnvironment(reference, { warn, requiresSecrets: !withoutSecrets });
  } catch (error) {
    if (!(error instanceof SecretsError) || !withoutSecrets) throw error;
    warn(
      `${describeFailure(error)}\nContinuing without the file's secrets: what hosts print is not masked`,
    );
    return without(error);
  }
}
