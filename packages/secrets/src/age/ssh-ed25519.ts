import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import type { Identity, Stanza } from 'age-encryption' with {
  'resolution-mode': 'import',
};
import { montgomery } from './montgomery.js';
import { sshTag, unpadded } from './ssh-public-key.js';
import type { Wrap } from './wrap.js';
import { x25519 } from './x25519.js';

const TYPE = 'ssh-ed25519';
const LABEL = 'age-encryption.org/v1/ssh-ed25519';
const AEAD = 'chacha20-poly1305';
const TAG_BYTES = 16;
const FILE_KEY_BYTES = 16;

/**
 * Encrypts for an Ed25519 key of SSH as age does (filippo.io/age/agessh); the npm package
 * has no support for it.
 *
 * @throws RangeError when it isn't such a key.
 */
export function wrapForEd25519(blob: Buffer, point: Buffer): Wrap {
  const theirs = montgomery(point);
  return (fileKey) => {
    const ephemeral = randomBytes(32);
    const share = x25519(ephemeral);
    const key = wrappingKey(x25519(ephemeral, theirs), blob, share, theirs);
    const cipher = createCipheriv(AEAD, key, Buffer.alloc(12), { authTagLength: TAG_BYTES });
    const body = [cipher.update(fileKey), cipher.final(), cipher.getAuthTag()];
    return { args: [TYPE, sshTag(blob), unpadded(share)], body: Buffer.concat(body) };
  };
}

/** Decrypts with an Ed25519 key of SSH, given by its seed (RFC 8032, 5.1.5). */
export function ed25519Identity(blob: Buffer, seed: Buffer): Identity {
  const scalar = createHash('sha512').update(seed).digest().subarray(0, 32);
  const ours = x25519(scalar);
  const unwrap = ({ args, body }: Stanza): Buffer => {
    const share = Buffer.from(args[2] ?? '', 'base64');
    if (args.length !== 3 || share.length !== 32 || unpadded(share) !== args[2]) {
      throw new Error('a stanza for an SSH key is damaged');
    }
    if (body.length !== FILE_KEY_BYTES + TAG_BYTES) throw new Error('a stanza is too short');
    const key = wrappingKey(x25519(scalar, share), blob, share, ours);
    const decipher = createDecipheriv(AEAD, key, Buffer.alloc(12), { authTagLength: TAG_BYTES });
    decipher.setAuthTag(body.subarray(FILE_KEY_BYTES));
    return Buffer.concat([decipher.update(body.subarray(0, FILE_KEY_BYTES)), decipher.final()]);
  };
  return {
    unwrapFileKey: (stanzas) => {
      const tag = sshTag(blob);
      const own = stanzas.find(({ args: [type, to] }) => type === TYPE && to === tag);
      return own === undefined ? null : unwrap(own);
    },
  };
}

/** The tweak makes the key one for this SSH key only, though X25519 keys are alike. */
function wrappingKey(shared: Buffer, blob: Buffer, share: Buffer, theirs: Buffer): Buffer {
  const tweak = Buffer.from(hkdfSync('sha256', Buffer.alloc(0), blob, LABEL, 32));
  const salt = Buffer.concat([share, theirs]);
  return Buffer.from(hkdfSync('sha256', x25519(tweak, shared), salt, LABEL, 32));
}
