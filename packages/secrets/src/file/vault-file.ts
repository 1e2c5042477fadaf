import { isUtf8 } from 'node:buffer';
import { FormatError } from '../secrets-error.js';
import { parseEnvelope } from '../vault/envelope.js';
import { decryptVault, encryptVault } from '../vault/vault.js';
import type { Keys, Lock } from './keys.js';
import type { OpenedFile } from './opened-file.js';
import { parsePlain } from './plain-text.js';

type VaultLock = Extract<Lock, { format: 'ansible-vault' }>;

/** Encrypts a text of secrets as a whole, as `ansible-vault encrypt` does. */
export async function sealVaultFile(
  plain: string,
  { password, label }: VaultLock,
): Promise<string> {
  valuesOf(plain);
  return encryptVault(Buffer.from(plain), password.bytes, label);
}

/** Opens a file that is encrypted as a whole. */
export async function openVaultFile(text: string, keys: Keys): Promise<OpenedFile> {
  const { label } = parseEnvelope(text);
  const password = await keys.password();
  const bytes = await decryptVault(text, password.bytes);
  if (!isUtf8(bytes)) throw new FormatError('what is encrypted in it is no text in UTF-8');
  const plain = bytes.toString();
  const lock: VaultLock = {
    format: 'ansible-vault',
    password,
    ...(label !== undefined && { label }),
  };
  return {
    lock,
    values: valuesOf(plain),
    unencrypted: [],
    exposed: new Map(),
    plain,
    seal: async (edited) => (edited === plain ? text : sealVaultFile(edited, lock)),
  };
}

function valuesOf(plain: string): ReadonlyMap<string, string> {
  return new Map([...parsePlain(plain)].map(([name, { value }]) => [name, value]));
}
