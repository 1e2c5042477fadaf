import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { SshReader } from '@fairness-deploy/shell/client';

/** A public key of SSH that age can encrypt for. */
export type SshPublicKey =
  | { readonly type: 'ssh-ed25519'; readonly blob: Buffer; readonly point: Buffer }
  | { readonly type: 'ssh-rsa'; readonly blob: Buffer; readonly key: KeyObject };

/** Shorter ones can be broken; age refuses them too. */
const SHORTEST_RSA_BITS = 2048;

/**
 * Reads the blob of a public key, the second word of `ssh-ed25519 AAAA… alice`.
 *
 * @throws RangeError with a clause that says why it can't be one.
 */
export function readSshPublicKey(blob: Buffer): SshPublicKey {
  const reader = new SshReader(blob);
  const type = reader.string().toString();
  if (type === 'ssh-ed25519') {
    const point = reader.string();
    if (point.length !== 32 || reader.rest.length > 0) throw new RangeError('it is damaged');
    return { type, blob, point };
  }
  if (type === 'ssh-rsa') {
    const [e, n] = [reader.string(), reader.string()];
    if (reader.rest.length > 0) throw new RangeError('it is damaged');
    const key = createPublicKey({
      format: 'jwk',
      key: { kty: 'RSA', n: unsigned(n), e: unsigned(e) },
    });
    const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
    if (bits < SHORTEST_RSA_BITS) {
      throw new RangeError(
        `it has ${String(bits)} bits, expected at least ${String(SHORTEST_RSA_BITS)}`,
      );
    }
    return { type, blob, key };
  }
  throw new RangeError(
    `it is of the type ${JSON.stringify(type)}, expected ssh-ed25519 or ssh-rsa`,
  );
}

/** Identifies a stanza's recipient: the first four bytes of the key's SHA-256. */
export function sshTag(blob: Uint8Array): string {
  const digest = createHash('sha256').update(blob).digest();
  return unpadded(digest.subarray(0, 4));
}

/** Base64 without padding, as age's header has it. */
export function unpadded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replaceAll('=', '');
}

/** An mpint (RFC 4251, 5) as JWK has it (RFC 7518, 6.3.1). */
export function unsigned(mpint: Buffer): string {
  return mpint.subarray(mpint[0] === 0 ? 1 : 0).toString('base64url');
}
