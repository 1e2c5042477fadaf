import type { Identity } from 'age-encryption' with { 'resolution-mode': 'import' };
import { FormatError } from '../secrets-error.js';
import { wrapForRsa } from './ssh-rsa.js';
import { wrapForEd25519 } from './ssh-ed25519.js';
import { readSshPublicKey } from './ssh-public-key.js';
import type { Wrap } from './wrap.js';
import type { TeamMember } from './recipient.js';

/** typage by the author of age; it is a module and costs 60 ms, so it is loaded when it is needed. */
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
 * Decrypts with the first identity that can.
 *
 * @returns undefined when none of them is a recipient.
 * @throws FormatError when it is damaged.
 */
export async function openDataKey(
  armored: string,
  identities: readonly (Identity | string)[],
): Promise<Uint8Array | undefined> {
  const { armor, Decrypter } = await age();
  const decrypter = new Decrypter();
  let failure: unknown;
  for (const identity of identities) {
    decrypter.addIdentity(typeof identity === 'string' ? identity : keepingFailure(identity));
  }
  try {
    return await decrypter.decrypt(armor.decode(armored));
  } catch (error) {
    if (failure instanceof Error) throw failure;
    // The package tells it by these words only.
    if (error instanceof Error && error.message.includes('no identity matched')) return undefined;
    throw new FormatError('its key is damaged');
  }

  /** What an identity has to say, such as a wrong passphrase, must not be taken for damage. */
  function keepingFailure(identity: Identity): Identity {
    return {
      unwrapFileKey: async (stanzas) => {
        try {
          return await identity.unwrapFileKey(stanzas);
        } catch (error) {
          failure = error;
          throw error;
        }
      },
    };
  }
}

/** How to encrypt for a key of SSH; undefined for age's own, which the package knows. */
function sshWrap(key: string): Wrap | undefined {
  const [, base64] = key.split(' ');
  if (base64 === undefined) return undefined;
  const blob = Buffer.from(base64, 'base64');
  const read = readSshPublicKey(blob);
  return read.type === 'ssh-rsa' ? wrapForRsa(blob, read.key) : wrapForEd25519(blob, read.point);
}
