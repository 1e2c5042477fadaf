import { problemsOf } from '../file/problems.js';
import { secretsFileOf, shown, type Place } from '../environment/place.js';
import type { SecretsSection } from '../environment/section.js';
import { newKeyHint, newKeyNotice } from '../git/known-keys.js';
import type { World } from '../keys/find-password.js';
import { keyRing } from '../keys/key-ring.js';
import { openIfThere } from '../file/read-secrets.js';
import { environmentSecretStore, type SecretStore } from './secret-store.js';
import { Secret } from '@fairness-deploy/shell/secret';
import { SecretsError } from '../secrets-error.js';

/**
 * Opens an environment's secrets: its file `secrets.yaml`, and the variables
 * FAIRNESS_SECRET_<NAME>, which win. An empty value counts as none. Warns of problems that
 * `secrets-check` refuses although the value can be used.
 *
 * @throws SecretsError when the file can't be opened, or holds a value unencrypted among others.
 */
export async function openSecretStore(
  place: Place,
  section: SecretsSection,
  world: World,
): Promise<SecretStore> {
  const variables = environmentSecretStore(world.env);
  const { opened } = await openIfThere(place, keyRing(place, section.password, world));
  const values = opened?.values ?? new Map<string, string>();
  const used = (name: string): boolean => !variables.has(name);
  const unencrypted = (opened?.unencrypted ?? []).filter(used);
  if (unencrypted.length > 0) {
    throw new SecretsError(
      `Cannot use ${shown(place, secretsFileOf(place))}: ${unencrypted.join(', ')} stands there unencrypted, so anyone with write access to the repository could have changed it`,
      { hint: `npx nx run ${place.environment}:secrets-rekey encrypts all` },
    );
  }
  const newKey = newKeyNotice(place, opened);
  if (newKey !== undefined) world.warn(`Warning: ${newKey}: ${newKeyHint(place)}`);
  for (const name of problemsOf(values, section, true).placeholders.filter(used)) {
    world.warn(`Warning: the secret ${name} is a placeholder: ${addHint(place, name)}`);
  }
  const secrets = new Map(
    [...values]
      .filter(([, value]) => value !== '')
      .map(([name, value]) => [name, new Secret(name, value)]),
  );
  return {
    names: [...new Set([...secrets.keys(), ...variables.names])],
    secrets: [...secrets.values(), ...variables.secrets],
    has: (name) => variables.has(name) || secrets.has(name),
    get: (name) => {
      if (variables.has(name)) return variables.get(name);
      const found = secrets.get(name);
      if (found) return found;
      throw new RangeError(
        `Cannot read the secret "${name}": ${shown(place, secretsFileOf(place))} doesn't have it`,
      );
    },
    hint: (name) => addHint(place, name),
  };
}

/** The command that adds a secret. */
export function addHint({ environment }: Place, name: string): string {
  return `npx nx run ${environment}:secrets-set --name=${name}`;
}
