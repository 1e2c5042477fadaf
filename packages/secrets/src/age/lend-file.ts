import { createCipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import type { Identity } from 'age-encryption' with { 'resolution-mode': 'import' };
import { Secret } from '@fairness-deploy/shell/secret';
import { FormatError } from '../secrets-error.js';
import { bech32 } from './bech32.js';
import { openWith } from './data-key.js';
import type { SshIdentity } from './identity.js';
import { unpadded } from './ssh-public-key.js';
import { x25519 } from './x25519.js';

/** age-encryption.org/v1, 'X25519 recipient type'. */
const LABEL = 'age-encryption.org/v1/X25519';
const AEAD = 'chacha20-poly1305';
const TAG_BYTES = 16;

/** An age file that a key of its own opens, besides those of its recipients. */
export interface LentFile {
  /** Stands in for the file's own header; the rest of the file, from its nonce on, stays as it is. */
  readonly header: string;
  /** The key, `AGE-SECRET-KEY-1…`: it opens this one file and nothing else. */
  readonly identity: Secret;
}

/**
 * Lends an age file to somebody who must not get a key of its recipients: makes a new key, and a header
 * by which this key opens the file.
 *
 * @param header the file's own, with the line of its MAC
 * @returns undefined when none of the identities is a recipient.
 * @throws FormatError when the header is damaged; RangeError when only a key that can't be used is a
 *   recipient, such as by a wrong passphrase.
 */
export async function lendFile(
  header: Uint8Array,
  identities: readonly (Identity | SshIdentity | string)[],
): Promise<LentFile | undefined> {
  const fileKey = await openWith(identities, 'its header is damaged', (decrypter) =>
    decrypter.decryptHeader(header),
  );
  if (fileKey === undefined) return undefined;
  if (fileKey.length !== 16) throw new FormatError('its header is damaged');
  const scalar = randomBytes(32);
  return {
    header: headerFor(fileKey, x25519(scalar)),
    identity: new Secret('lent key', bech32('age-secret-key-', scalar).toUpperCase()),
  };
}

/** The header with one recipient (age-encryption.org/v1, 'Header' and 'Header MAC'). */
function headerFor(fileKey: Uint8Array, recipient: Buffer): string {
  const ephemeral = randomBytes(32);
  const share = x25519(ephemeral);
  const salt = Buffer.concat([share, recipient]);
  const key = Buffer.from(hkdfSync('sha256', x25519(ephemeral, recipient), salt, LABEL, 32));
  const cipher = createCipheriv(AEAD, key, Buffer.alloc(12), { authTagLength: TAG_BYTES });
  const body = Buffer.concat([cipher.update(fileKey), cipher.final(), cipher.getAuthTag()]);
  const covered = `age-encryption.org/v1\n-> X25519 ${unpadded(share)}\n${unpadded(body)}\n---`;
  const macKey = Buffer.from(hkdfSync('sha256', fileKey, Buffer.alloc(0), 'header', 32));
  return `${covered} ${unpadded(createHmac('sha256', macKey).update(covered).digest())}\n`;
}
