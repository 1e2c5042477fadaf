import { createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto';

/** DER of keys of X25519 up to their 32 bytes (RFC 8410, section 7 and 10). */
const PRIVATE = Buffer.from('302e020100300506032b656e04220420', 'hex');
const PUBLIC = Buffer.from('302a300506032b656e032100', 'hex');

const BASE = Buffer.from([9, ...Buffer.alloc(31)]);

/**
 * RFC 7748's function of the same name.
 *
 * @throws Error when the result would be the same for every scalar.
 */
export function x25519(scalar: Uint8Array, point: Uint8Array = BASE): Buffer {
  return diffieHellman({
    privateKey: createPrivateKey({
      key: Buffer.concat([PRIVATE, scalar]),
      format: 'der',
      type: 'pkcs8',
    }),
    publicKey: createPublicKey({
      key: Buffer.concat([PUBLIC, point]),
      format: 'der',
      type: 'spki',
    }),
  });
}
