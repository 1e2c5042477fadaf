import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  pbkdf2,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { promisify } from 'node:util';
import { FormatError } from '../secrets-error.js';
import { formatEnvelope, parseEnvelope } from './envelope.js';

const SALT_BYTES = 32;
/** Fixed by Ansible Vault's format. */
const ITERATIONS = 10_000;
const CIPHER = 'aes-256-ctr';

interface DerivedKeys {
  readonly cipher: Buffer;
  readonly mac: Buffer;
  readonly counter: Buffer;
}

/**
 * Encrypts as `ansible-vault encrypt` does: version 1.1, or 1.2 with a vault id's label.
 *
 * @throws RangeError when the password is empty or the label isn't one.
 */
export async function encryptVault(
  content: Uint8Array,
  password: Uint8Array,
  label?: string,
): Promise<string> {
  if (password.length === 0) throw new RangeError('Cannot encrypt: the password is empty');
  // Never a salt twice: the counter follows from it, and two texts would share a key stream.
  const salt = randomBytes(SALT_BYTES);
  const keys = await deriveKeys(password, salt);
  const cipher = createCipheriv(CIPHER, keys.cipher, keys.counter);
  // PKCS #7 (RFC 5652, 6.3), as Ansible does, which CTR wouldn't need.
  const padding = 16 - (content.length % 16);
  const ciphertext = Buffer.concat([
    cipher.update(content),
    cipher.update(Buffer.alloc(padding, padding)),
    cipher.final(),
  ]);
  const mac = macOf(ciphertext, keys);
  return formatEnvelope({ ...(label !== undefined && { label }), salt, mac, ciphertext });
}

/**
 * Decrypts a text of {@link encryptVault} or `ansible-vault`. Decrypts nothing before it has
 * checked the MAC.
 *
 * @throws FormatError when the text is damaged or the password is another one.
 */
export async function decryptVault(text: string, password: Uint8Array): Promise<Buffer> {
  const { salt, mac, ciphertext } = parseEnvelope(text);
  const keys = await deriveKeys(password, salt);
  if (!timingSafeEqual(macOf(ciphertext, keys), mac)) throw new WrongPassword();
  const decipher = createDecipheriv(CIPHER, keys.cipher, keys.counter);
  const padded = Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  const padding = padded.at(-1) ?? 0;
  const content = padded.subarray(0, -padding);
  if (padding < 1 || padding > 16 || !padded.subarray(-padding).every((byte) => byte === padding)) {
    throw new FormatError('it is not padded as Ansible Vault does');
  }
  return content;
}

/** A MAC that doesn't fit: the text and the password don't belong together. */
export class WrongPassword extends FormatError {
  /** @param which the password's source. */
  constructor(which = '') {
    super(`the password${which} is wrong, or the file has been changed without it`);
  }
}

async function deriveKeys(password: Uint8Array, salt: Uint8Array): Promise<DerivedKeys> {
  const bytes = await promisify(pbkdf2)(password, salt, ITERATIONS, 80, 'sha256');
  return {
    cipher: bytes.subarray(0, 32),
    mac: bytes.subarray(32, 64),
    counter: bytes.subarray(64),
  };
}

function macOf(ciphertext: Uint8Array, { mac }: DerivedKeys): Buffer {
  return createHmac('sha256', mac).update(ciphertext).digest();
}
