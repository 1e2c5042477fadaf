import { isUtf8 } from 'node:buffer';
import { FormatError } from '../secrets-error.js';
import { decryptVault, WrongPassword } from '../vault/vault.js';
import type { Password } from './keys.js';

/**
 * Decrypts a text of Ansible Vault that holds text.
 *
 * @throws FormatError that says where a wrong password was from.
 */
export async function decryptWith(text: string, { bytes, from }: Password): Promise<string> {
  const content = await decryptVault(text, bytes).catch((error: unknown) => {
    throw error instanceof WrongPassword ? new WrongPassword(` from ${from}`) : error;
  });
  if (!isUtf8(content)) throw new FormatError('what is encrypted is no text in UTF-8');
  return content.toString();
}
