import { arrayBuffer } from 'node:stream/consumers';
import type { Decrypter, Identity } from 'age-encryption' with { 'resolution-mode': 'import' };
import { FormatError } from '../secrets-error.js';
import type { SshIdentity } from './identity.js';
import { wrapForRsa } from './ssh-rsa.js';
import { wrapForEd25519 } from './ssh-ed25519.js';
import { readSshPublicKey } from './ssh-public-key.js';
import type { Wrap } from './wrap.js';
import type { TeamMember } from './recipient.js';

/** typage by the author of age: much code, so it is loaded when it is needed. */
const age = () => import('age-encryption');

/**
 * Encrypts for all recipients; armored, as `age --decrypt` reads it.
 *
 * @throws RangeError when a recipient's key isn't one.
 */
export async function sealDataKey(
  dataKey: Uint8Array,
  recipients: readonly TeamMember[],
): Promise<string> {
  const { armor, Encrypter, Stanza } = await age();
  const encrypter = new Encrypter();
  for (const { key, name } of recipients) {
    try {
      const wrap = sshWrap(key);
      encrypter.addRecipient(
        wrap === undefined
          ? key
          : {
              wrapFileKey: (fileKey) => {
                const { args, body } = wrap(fileKey);
                return [new Stanza([...args], body)];
              },
            },
      );
    } catch (cause) {
      throw new RangeError(`Cannot encrypt for ${name}: the key is damaged`, { cause });
    }
  }
  return armor.encode(await encrypter.encrypt(dataKey));
}

/**
 * Decrypts with the first identity that can; those that need no passphrase come first.
 *
 * @param identities age's own keys among them are whole (age-key.ts).
 * @returns undefined when none of them is a recipient.
 * @throws FormatError when it is damaged; RangeError when only a key that can't be used is a
 *   recipient, such as by a wrong passphrase.
 */
export async function openDataKey(
  armored: string,
  identities: readonly (Identity | SshIdentity | string)[],
): Promise<Uint8Array | undefined> {
  const { armor } = await age();
  return openWith(identities, 'its key is damaged', async (decrypter) => {
    // As a stream: the package reads bytes by way of fetch()'s Response, which Node.js would load.
    const file = new Blob([armor.decode(armored)]).stream();
    return new Uint8Array(await arrayBuffer(await decrypter.decrypt(file)));
  });
}

/**
 * Opens something of age's as {@link openDataKey} does.
 *
 * @param damaged the message of the FormatError
 */
export async function openWith<T>(
  identities: readonly (Identity | SshIdentity | string)[],
  damaged: string,
  open: (decrypter: Decrypter) => Promise<T>,
): Promise<T | undefined> {
  const decrypter = new (await age()).Decrypter();
  let unusable: RangeError | undefined;
  const [free, locked] = [false, true].map((wanted) =>
    identities.filter((one) => isLocked(one) === wanted),
  );
  for (const identity of [...(free ?? []), ...(locked ?? [])]) {
    decrypter.addIdentity(typeof identity === 'string' ? identity : goingOn(identity));
  }
  try {
    return await open(decrypter);
  } catch (cause) {
    // The package distinguishes this case by these words only.
    if (!(cause instanceof Error && cause.message.includes('no identity matched'))) {
      throw new FormatError(damaged, { cause });
    }
    if (unusable) throw unusable;
    return undefined;
  }

  /** Another key may be a recipient, too. */
  function goingOn(identity: Identity): Identity {
    return {
      unwrapFileKey: async (stanzas) => {
        try {
          return await identity.unwrapFileKey(stanzas);
        } catch (error) {
          // Errors with a code are Node.js' about damage.
          if (!(error instanceof RangeError) || 'code' in error) throw error;
          unusable ??= error;
          return null;
        }
      },
    };
  }
}

function isLocked(identity: Identity | SshIdentity | string): boolean {
  return typeof identity !== 'string' && 'locked' in identity && identity.locked;
}

/** How to encrypt for a key of SSH; undefined for age's own, which the package knows. */
function sshWrap(key: string): Wrap | undefined {
  const [, base64] = key.split(' ');
  if (base64 === undefined) return undefined;
  const blob = Buffer.from(base64, 'base64');
  const read = readSshPublicKey(blob);
  return read.type === 'ssh-rsa' ? wrapForRsa(blob, read.key) : wrapForEd25519(blob, read.point);
}
