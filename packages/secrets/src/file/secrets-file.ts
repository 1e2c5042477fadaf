import { FormatError } from '../secrets-error.js';
import { VAULT_MARK } from '../vault/envelope.js';
import { conflictError, hasMarks } from './conflict.js';
import { AGE_MARK } from './age-text.js';
import type { FormatName, Keys, Lock } from './keys.js';
import type { OpenedFile } from './opened-file.js';

/**
 * The kind of a file by its content: encrypted in one of the formats, not encrypted, empty, or of
 * an unfinished merge.
 */
export function formatOf(text: string): FormatName | 'plain' | 'empty' | 'conflict' {
  if (hasMarks(text)) return 'conflict';
  if (text.startsWith(VAULT_MARK)) return 'ansible-vault';
  if (text.startsWith(AGE_MARK)) return 'age';
  if (/^[^#\n]*:[ \t]+!vault\b/m.test(text)) return 'ansible-vault-values';
  return text.trim() === '' ? 'empty' : 'plain';
}

/**
 * Opens an encrypted text. Loads each format only when needed.
 *
 * @param environment whose it has to be, where the format tells; any's unless given.
 * @throws FormatError when it is damaged, or not encrypted, or the key is another one.
 * @throws SecretsError when there is no key.
 */
export async function openText(
  text: string,
  keys: Keys,
  environment?: string,
): Promise<OpenedFile> {
  switch (formatOf(text)) {
    case 'ansible-vault':
      return (await import('./vault-file.js')).openVaultFile(text, keys);
    case 'ansible-vault-values':
      return (await import('./vault-values.js')).openVaultValues(text, keys);
    case 'age':
      return (await import('./age-file.js')).openAge(text, keys, environment);
    case 'conflict':
      throw conflictError();
    case 'empty':
      throw new FormatError('it is empty', {
        hint: 'npx nx run <environment>:secrets writes it anew',
      });
    case 'plain':
      throw new FormatError('it is not encrypted, or damaged at its beginning', {
        hint: 'npx nx run <environment>:secrets-rekey encrypts it; what was committed like this must be changed',
      });
  }
}

/**
 * Encrypts a text of secrets anew: new salts, a new data key.
 *
 * @throws FormatError when it isn't one.
 */
export async function sealText(plain: string, lock: Lock): Promise<string> {
  switch (lock.format) {
    case 'ansible-vault':
      return (await import('./vault-file.js')).sealVaultFile(plain, lock);
    case 'ansible-vault-values':
      return (await import('./vault-values.js')).sealVaultValues(plain, lock);
    case 'age': {
      const [{ sealAge }, { valuesOf }] = await Promise.all([
        import('./age-file.js'),
        import('./plain-text.js'),
      ]);
      return sealAge(valuesOf(plain), lock);
    }
  }
}
