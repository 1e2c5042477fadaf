import { FormatError, SecretsError } from '../secrets-error.js';
import type { Place } from '../environment/place.js';
import type { World } from '../keys/find-password.js';
import type { LentFile } from '../age/lend-file.js';

/**
 * Lends an age file to a host with the user's own private keys, which stay here: see LentFile. Asks for
 * a passphrase where a key needs one, and there is a terminal.
 *
 * @param header the file's header, with the line of its MAC
 * @param what names the file in messages: `the backup 20261130T013000-6b1f0c`
 * @throws SecretsError when no key of the user's opens it, or it is damaged.
 */
export async function lendToHost(
  header: Uint8Array,
  { place, world, what }: { readonly place: Place; readonly world: World; readonly what: string },
): Promise<LentFile> {
  const [{ findIdentities }, { askHidden }, { lendFile }] = await Promise.all([
    import('../keys/find-identities.js'),
    import('../keys/ask-hidden.js'),
    import('../age/lend-file.js'),
  ]);
  const { keys, from } = await findIdentities(place, world, askHidden);
  let lent: LentFile | undefined;
  try {
    lent = await lendFile(header, keys);
  } catch (cause) {
    if (!(cause instanceof FormatError) && !(cause instanceof RangeError)) throw cause;
    throw new SecretsError(`Cannot open ${what}: ${cause.message}`, { cause });
  }
  if (lent) return lent;
  const where = from.length === 0 ? 'you have none' : `yours are from ${from.join(', ')}`;
  throw new SecretsError(
    `Cannot open ${what}: it is encrypted for other keys, and none of them is yours (${where})`,
    { hint: 'FAIRNESS_AGE_IDENTITY_FILE names the file with the private key of a recipient' },
  );
}
