import { parseEnvelope } from '../vault/envelope.js';
import { encryptVault } from '../vault/vault.js';
import { decryptWith } from './decrypt-with.js';
import type { Keys, Lock } from './keys.js';
import type { OpenedFile } from './opened-file.js';
import { valuesOf } from './plain-text.js';

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
  const plain = await decryptWith(text, password);
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
