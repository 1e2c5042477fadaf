import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { FormatError } from '../secrets-error.js';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
export const DATA_KEY_BYTES = 32;

/** Encrypts single values, and authenticates the whole. */
export interface ValueCipher {
  /** Base64; the name and the environment are authenticated along with the value. */
  seal(name: string, value: string): string;
  /** @throws FormatError when it wasn't sealed with this key and name. */
  open(name: string, sealed: string): string;
  /** HMAC-SHA256 in hexadecimal. */
  mac(text: string): string;
}

/**
 * AES-256-GCM (NIST SP 800-38D) and HMAC under keys of their own, derived from one (RFC 5869).
 *
 * @param environment what each value is bound to.
 */
export function valueCipher(dataKey: Uint8Array, environment: string): ValueCipher {
  if (dataKey.length !== DATA_KEY_BYTES) throw new FormatError('its key has the wrong length');
  const derive = (purpose: string): Buffer =>
    Buffer.from(hkdfSync('sha256', dataKey, Buffer.alloc(0), `fairness-secrets/1 ${purpose}`, 32));
  const about = (name: string): Buffer => Buffer.from(`${environment}\0${name}`);
  const [valueKey, macKey] = [derive('values'), derive('mac')];
  return {
    seal: (name, value) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, valueKey, nonce).setAAD(about(name));
      const parts = [nonce, cipher.update(value, 'utf8'), cipher.final(), cipher.getAuthTag()];
      return Buffer.concat(parts).toString('base64');
    },
    open: (name, sealed) => {
      const bytes = Buffer.from(sealed, 'base64');
      if (bytes.length < NONCE_BYTES + TAG_BYTES) throw new FormatError(`${name} is damaged`);
      const decipher = createDecipheriv(CIPHER, valueKey, bytes.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(about(name)).setAuthTag(bytes.subarray(-TAG_BYTES));
      try {
        const content = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
        return Buffer.concat([content, decipher.final()]).toString();
      } catch {
        throw new FormatError(`${name} is damaged`);
      }
    },
    mac: (text) => createHmac('sha256', macKey).update(text).digest('hex'),
  };
}
