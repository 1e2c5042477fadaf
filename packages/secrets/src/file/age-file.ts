import { randomBytes, timingSafeEqual } from 'node:crypto';
import { openDataKey, sealDataKey } from '../age/data-key.js';
import { ENVIRONMENT_NAME, ENVIRONMENT_NAME_RULE } from '../environment/environment-name.js';
import { FormatError } from '../secrets-error.js';
import { formatAgeText, splitMac, type AgeText } from './age-text.js';
import type { Keys, Lock } from './keys.js';
import type { OpenedFile } from './opened-file.js';
import { plainOf } from './plain-of.js';
import { DATA_KEY_BYTES, valueCipher, type ValueCipher } from './value-cipher.js';

type AgeLock = Extract<Lock, { format: 'age' }>;

/** Encrypts each value with a new data key, and that for all recipients. */
export async function sealAge(
  values: ReadonlyMap<string, string>,
  { environment, recipients, exposed = new Map() }: AgeLock,
): Promise<string> {
  if (recipients.length === 0) throw new RangeError('Cannot encrypt: there are no recipients');
  const dataKey = randomBytes(DATA_KEY_BYTES);
  const cipher = valueCipher(dataKey, environment);
  const secrets = new Map([...values].map(([name, value]) => [name, cipher.seal(name, value)]));
  const key = await sealDataKey(dataKey, recipients);
  return authenticated({ environment, recipients, key, secrets, exposed }, cipher);
}

/**
 * Opens a file whose values are encrypted one by one; its MAC is of every byte before it.
 *
 * @param environment whose it has to be; any's unless given.
 */
export async function openAge(text: string, keys: Keys, environment?: string): Promise<OpenedFile> {
  const { parsed, mac, covered } = splitMac(text);
  if (environment !== undefined && parsed.environment !== environment) {
    throw new FormatError(
      `it is the file of the environment ${parsed.environment}, moved or copied here`,
      {
        hint: `to take it over: npx nx run <environment>:secrets-rekey --from=${parsed.environment}`,
      },
    );
  }
  const { keys: identities, from } = await keys.identities();
  const dataKey = await openDataKey(parsed.key, identities);
  if (dataKey === undefined) throw noKey(parsed, from);
  const cipher = valueCipher(dataKey, parsed.environment);
  const expected = Buffer.from(cipher.mac(covered));
  if (!timingSafeEqual(expected, Buffer.from(mac))) {
    throw new FormatError(
      'its MAC is wrong: a value, a name or a recipient was changed, added or removed without the key',
      { hint: 'git log -p -- <file> shows by whom' },
    );
  }
  const values = new Map(
    [...parsed.secrets].map(([name, sealed]) => [name, cipher.open(name, sealed)]),
  );
  const plain = plainOf(values);
  const { recipients, exposed } = parsed;
  return {
    lock: { format: 'age', environment: parsed.environment, recipients, exposed },
    values,
    unencrypted: [],
    exposed,
    sealedKey: parsed.key,
    plain,
    seal: async (edited) => {
      if (edited === plain) return text;
      const { valuesOf } = await import('./plain-text.js');
      const after = [...valuesOf(edited)];
      const changed = (name: string, value: string): boolean => values.get(name) !== value;
      if (after.length === values.size && !after.some(([name, value]) => changed(name, value))) {
        return text;
      }
      const sealed = after.map(([name, value]): [string, string] => {
        const before = parsed.secrets.get(name);
        return [
          name,
          before === undefined || changed(name, value) ? cipher.seal(name, value) : before,
        ];
      });
      const secrets = new Map(sealed);
      const now = new Map(after);
      const still = [...exposed].filter(([name]) => now.get(name) === values.get(name));
      const content = { ...parsed, secrets, exposed: new Map(still) };
      return authenticated(content, cipher);
    },
  };
}

/** @throws RangeError when it couldn't be read again: the environment's name can't be one. */
function authenticated(content: AgeText, cipher: ValueCipher): string {
  const { environment } = content;
  if (!ENVIRONMENT_NAME.test(environment)) {
    throw new RangeError(
      `Cannot encrypt for the environment ${JSON.stringify(environment)}: ${ENVIRONMENT_NAME_RULE}`,
    );
  }
  const text = formatAgeText(content);
  return `${text}mac: ${cipher.mac(text)}\n`;
}

function noKey({ recipients }: AgeText, from: readonly string[]): FormatError {
  const names = recipients.map(({ name }) => name).join(', ');
  const where = from.length === 0 ? 'you have none' : `yours are from ${from.join(', ')}`;
  return new FormatError(
    `it is encrypted for the keys of ${names}, and none of them is yours (${where})`,
    {
      hint: 'let one of them add your public key: npx nx run <environment>:secrets-rekey --add="$(cat ~/.ssh/id_ed25519.pub)"',
    },
  );
}
