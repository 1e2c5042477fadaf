import { FormatError } from '../secrets-error.js';
import { parseEnvelope } from '../vault/envelope.js';
import { encryptVault } from '../vault/vault.js';
import { decryptWith } from './decrypt-with.js';
import type { Keys, Lock, Password } from './keys.js';
import type { OpenedFile } from './opened-file.js';
import { parsePlain, replaceEntries, type Entry } from './plain-text.js';
import { yamlText } from './yaml-text.js';

type ValuesLock = Extract<Lock, { format: 'ansible-vault-values' }>;

/** As `ansible-vault encrypt_string` indents. */
const INDENT = ' '.repeat(10);

/** Encrypts each value of a text of secrets, as `ansible-vault encrypt_string` does. */
export async function sealVaultValues(plain: string, lock: ValuesLock): Promise<string> {
  const entries = parsePlain(plain);
  const written = [...entries.values()].map((entry) => sealEntry(entry, lock));
  return replaceEntries(plain, entries, new Map(await Promise.all(written)));
}

/** Opens a YAML file of `!vault` values, beside which others may stand. */
export async function openVaultValues(text: string, keys: Keys): Promise<OpenedFile> {
  const entries = parsePlain(text);
  const encrypted = [...entries.values()].filter(({ tag }) => tag !== undefined);
  const empty = [...entries.values()].find(({ value }) => value === '');
  // As it is after a cut behind a name.
  if (empty) throw new FormatError(`${empty.name} has no value, so it may not be whole`);
  const labels = encrypted.map((entry) =>
    about(entry, () => parseEnvelope(wholeText(entry)).label),
  );
  const password = await keys.password();
  const opened = await Promise.all(encrypted.map((entry) => openEntry(entry, password)));
  const secrets = new Map(opened);
  const plain = replaceEntries(
    text,
    entries,
    new Map(opened.map(([name, value]) => [name, yamlText(value)])),
  );
  const label = labels.find((each) => each !== undefined);
  const lock: ValuesLock = {
    format: 'ansible-vault-values',
    password,
    ...(label !== undefined && { label }),
  };
  return {
    lock,
    values: new Map(
      [...entries.values()].map(({ name, value }) => [name, secrets.get(name) ?? value]),
    ),
    unencrypted: [...entries.values()].filter(({ tag }) => !tag).map(({ name }) => name),
    exposed: new Map(),
    plain,
    seal: async (edited) => {
      if (edited === plain) return text;
      const after = parsePlain(edited);
      const written = [...after.values()].map(async (entry): Promise<[string, string]> => {
        const before = entries.get(entry.name);
        const value = secrets.get(entry.name) ?? before?.value;
        return before === undefined || value !== entry.value
          ? sealEntry(entry, lock)
          : [entry.name, asWritten(text, before)];
      });
      return replaceEntries(edited, after, new Map(await Promise.all(written)));
    },
  };
}

/** What stands after `name:`, without the empty lines behind it. */
function asWritten(text: string, { from, to }: Entry): string {
  return text
    .slice(from, to)
    .replace(/^\s*:[ \t]*/, '')
    .replace(/\n+$/, '\n');
}

async function sealEntry(
  { name, value, tag }: Entry,
  { password, label }: ValuesLock,
): Promise<[string, string]> {
  if (tag !== undefined) throw new FormatError(`${name} is encrypted already, expected its value`);
  const text = await encryptVault(Buffer.from(value), password.bytes, label);
  return [name, `!vault |\n${text.replaceAll(/^(?=.)/gm, INDENT)}`];
}

async function openEntry(entry: Entry, password: Password): Promise<[string, string]> {
  return [entry.name, await about(entry, () => decryptWith(wholeText(entry), password))];
}

/** YAML's `|-` takes the last line break away. */
function wholeText({ value, stripped }: Entry): string {
  return stripped ? `${value}\n` : value;
}

/** Says which value a problem is about. */
function about<T>({ name }: Entry, open: () => T): T {
  const explain = (error: unknown): never => {
    if (!(error instanceof FormatError)) throw error;
    throw new FormatError(`${name}: ${error.message}`, { hint: error.hint });
  };
  try {
    const result = open();
    return result instanceof Promise ? (result.catch(explain) as T) : result;
  } catch (error) {
    return explain(error);
  }
}
