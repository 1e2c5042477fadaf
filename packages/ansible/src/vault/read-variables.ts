import { VAULT_MARK } from '@fairness-deploy/secrets/vault';
import type { SetUpFiles } from '../file/set-up-files.js';
import type { Findings } from '../finding/finding.js';
import { errorAt } from '../finding/import-error.js';
import { readYaml, variablesOf, type YamlFile } from '../value/read-yaml.js';
import { asSecret, type Variables } from '../value/value.js';
import type { VaultPasswords } from './vault-passwords.js';

/** What reading a file of the set-up needs. */
export interface Reading {
  readonly files: SetUpFiles;
  readonly passwords: VaultPasswords;
  readonly findings: Findings;
}

/** Reads a YAML file, which may be encrypted as a whole. @throws ImportError */
export async function readYamlFile(
  file: string,
  { files, passwords, findings }: Reading,
): Promise<YamlFile & { readonly encrypted: boolean }> {
  const text = files.read(file);
  const encrypted = text.startsWith(VAULT_MARK);
  const decrypt = passwords.decrypt.bind(passwords);
  const plain = encrypted ? await decrypt(text, { file, line: 1 }) : text;
  return { ...(await readYaml(plain, { file, findings, decrypt })), encrypted };
}

/** Reads a file of variables; those of an encrypted one are all secret. @throws ImportError */
export async function readVariables(file: string, reading: Reading): Promise<Variables> {
  if (reading.files.kind(file) === 'folder') throw errorAt({ file, line: 0 }, 'it is a folder');
  const read = await readYamlFile(file, reading);
  const variables = variablesOf(read, file);
  if (!read.encrypted) return variables;
  return new Map(
    [...variables].map(([name, { value }]) => [
      name,
      // Lines of the encrypted text say nothing about the file.
      { value: asSecret(value, name), place: { file, line: 1 } },
    ]),
  );
}
