import { HintedError } from '@fairness-deploy/shell/text';
import { keyType } from '@fairness-deploy/shell/client';
import { hasControlCharacter } from './path.js';

/** sshd(8), AUTHORIZED_KEYS FILE FORMAT, without DSA, which OpenSSH no longer takes. */
const TYPES = [
  'ssh-ed25519',
  'ssh-rsa',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'sk-ssh-ed25519@openssh.com',
  'sk-ecdsa-sha2-nistp256@openssh.com',
];

/**
 * A line for authorized_keys: a public key, options before it and a comment after it allowed.
 *
 * @returns it without space around
 * @throws RangeError when it isn't one, HintedError when it is private; the message doesn't repeat what may be a private key.
 */
export function checkAuthorizedKey(line: string): string {
  const trimmed = line.trim();
  if (trimmed.includes('PRIVATE KEY')) {
    throw new HintedError('Cannot authorize a key: this is a private key', {
      hint: 'give the public one, from the file that ends in .pub',
    });
  }
  if (hasControlCharacter(trimmed) || !hasKey(trimmed)) {
    throw new RangeError(
      `Cannot authorize the key '${trimmed.slice(0, 20)}…': expected one line such as 'ssh-ed25519 AAAA… name'`,
    );
  }
  return trimmed;
}

function hasKey(line: string): boolean {
  const words = line.split(' ');
  return words.some((type, at) => TYPES.includes(type) && isBlob(words[at + 1] ?? '', type));
}

/** RFC 4253, 6.6: the blob begins with its type's length and name. */
function isBlob(text: string, type: string): boolean {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return false;
  const blob = Buffer.from(text, 'base64');
  return keyType(blob) === type && blob.length > 4 + type.length;
}
