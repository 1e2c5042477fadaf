import { describeFailure } from '@fairness-deploy/shell/text';
import { environmentSecretStore, lockedSecretStore, SecretsError } from '@fairness-deploy/secrets';
import { loadEnvironment, type LoadedEnvironment } from '../environment/load-environment.js';

/**
 * Loads an environment for a command. A command that can do without secrets continues when some are
 * missing, or when the file can't be opened: then it reports that the output of hosts is not
 * masked, and has the secrets of variables only. Using any other secret fails. For a command that
 * leaves the file unread, the file isn't opened at all.
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
