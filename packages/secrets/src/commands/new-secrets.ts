import type { Secret } from '@fairness-deploy/shell/secret';
import type { Place } from '../environment/place.js';
import type { SecretsSection } from '../environment/section.js';
import { openIfThere } from '../file/read-secrets.js';
import { sealValues } from '../file/seal-values.js';
import { keyRing } from '../keys/key-ring.js';
import { chooseLock } from './choose-lock.js';
import type { Session, Voice } from './session.js';

/**
 * The text of a new file of secrets for an environment that may not be on the disk yet. It is encrypted as
 * `secrets-set` would encrypt the first secret: with the password, else for the user's own key.
 *
 * @throws NoPassword when there is neither; SecretsError when the password can't be used.
 */
export async function sealNewSecrets(
  place: Place,
  section: SecretsSection,
  secrets: readonly Secret[],
  { say, warn }: Voice,
): Promise<string> {
  const world = { env: process.env, warn };
  const keys = keyRing(place, section.password, world);
  const session: Session = { place, section, anyName: true, keys, world, say };
  return sealValues(secrets, await chooseLock(session, undefined));
}

/**
 * The values of an environment's secrets, for a copy of the environment.
 *
 * @throws SecretsError when they can't be opened.
 */
export async function readAllSecrets(
  place: Place,
  section: SecretsSection,
  warn: Voice['warn'],
): Promise<ReadonlyMap<string, string>> {
  const keys = keyRing(place, section.password, { env: process.env, warn });
  const { opened } = await openIfThere(place, keys);
  return opened?.values ?? new Map<string, string>();
}
