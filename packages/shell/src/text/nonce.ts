import { randomBytes } from 'node:crypto';

/** A word of 128 random bits in hexadecimal, that nothing can guess or print by accident. */
export function nonce(): string {
  return randomBytes(16).toString('hex');
}
