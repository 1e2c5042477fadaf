import { keyType, SshReader } from '../../client/ssh-reader.js';

const MAGIC = 'openssh-key-v1\0';

/**
 * The public key in an OpenSSH private key file, which stands there in clear even when
 * the private one is encrypted (OpenSSH's PROTOCOL.key); undefined for other formats.
 */
export function publicKeyOf(content: Buffer): Buffer | undefined {
  const [, base64] =
    /-----BEGIN OPENSSH PRIVATE KEY-----([\sA-Za-z0-9+/=]+)-----END/.exec(
      content.toString('latin1'),
    ) ?? [];
  const bytes = Buffer.from(base64 ?? '', 'base64');
  if (bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined;
  const reader = new SshReader(bytes.subarray(MAGIC.length));
  try {
    // Cipher, key derivation and its options; the number of keys; the first public key.
    for (let skipped = 0; skipped < 3; skipped += 1) reader.string();
    reader.number();
    return reader.string();
  } catch {
    // It ends too early.
    return undefined;
  }
}

/** The first public key in a file of lines `type base64 comment`, as OpenSSH reads it; undefined: there is none. */
export function publicKeyIn(text: string): Buffer | undefined {
  for (const line of text.split('\n')) {
    const [type, base64 = ''] = line.trim().split(/\s+/);
    const key = Buffer.from(base64, 'base64');
    if (keyType(key) === type) return key;
  }
  return undefined;
}

/** A public key as a line of authorized_keys without a comment, from its encoding of RFC 4253. */
export function publicKeyLine(key: Buffer): string {
  return `${keyType(key)} ${key.toString('base64')}`;
}
