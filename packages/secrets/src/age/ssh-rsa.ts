import { constants, privateDecrypt, publicEncrypt, type KeyObject } from 'node:crypto';
import type { Identity } from 'age-encryption' with { 'resolution-mode': 'import' };
import type { Wrap } from './wrap.js';
import { sshTag } from './ssh-public-key.js';

const TYPE = 'ssh-rsa';
/** RSAES-OAEP (RFC 8017, 7.1) as age uses it. */
const OAEP = {
  padding: constants.RSA_PKCS1_OAEP_PADDING,
  oaepHash: 'sha256',
  oaepLabel: Buffer.from('age-encryption.org/v1/ssh-rsa'),
};

/** Encrypts for an RSA key of SSH as age does (filippo.io/age/agessh). */
export function wrapForRsa(blob: Buffer, key: KeyObject): Wrap {
  return (fileKey) => ({
    args: [TYPE, sshTag(blob)],
    body: publicEncrypt({ key, ...OAEP }, fileKey),
  });
}

/** Decrypts with an RSA key of SSH. */
export function rsaIdentity(blob: Buffer, key: KeyObject): Identity {
  return {
    unwrapFileKey: (stanzas) => {
      const tag = sshTag(blob);
      const own = stanzas.find(({ args: [type, to] }) => type === TYPE && to === tag);
      return own === undefined ? null : privateDecrypt({ key, ...OAEP }, own.body);
    },
  };
}
