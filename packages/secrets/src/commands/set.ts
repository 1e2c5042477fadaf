import { refuseNewKey } from '../git/known-keys.js';
import { setPlain } from '../file/plain-text.js';
import { SECRET_NAME, SECRET_NAME_RULE } from '../environment/secret-name.js';
import { sealText } from '../file/secrets-file.js';
import type { FormatName } from '../file/keys.js';
import { secretsFileOf, shown } from '../environment/place.js';
import { askHidden } from '../keys/ask-hidden.js';
import { tooShortNotice } from '../mask/too-short.js';
import { ownEntry } from '@fairness-deploy/environment-file';
import { openIfThere, told } from '../file/read-secrets.js';
import { SecretsError } from '../secrets-error.js';
import { writeSecrets } from '../store/write-secrets.js';
import { chooseLock } from './choose-lock.js';
import { maskedSecrets, problemsOf } from '../file/problems.js';
import { readAll } from './read-all.js';
import type { Session } from './session.js';

export interface SetOptions {
  readonly name: string;
  /** The format of a new file. */
  readonly format?: FormatName;
}

/** Writes one secret; the value comes from standard input or a prompt, and is never an argument. */
export async function setSecret(session: Session, { name, format }: SetOptions): Promise<boolean> {
  const { place, keys, section, anyName, say } = session;
  if (!SECRET_NAME.test(name)) {
    throw new SecretsError(`Cannot set ${JSON.stringify(name)}: ${SECRET_NAME_RULE}`);
  }
  const { text, opened } = await openIfThere(place, keys);
  refuseNewKey(place, opened, `set ${name}`);
  const lock = opened?.lock ?? (await chooseLock(session, format));
  const value = await readValue(name, ownEntry(section.names, name)?.description ?? '');
  try {
    const plain = setPlain(opened?.plain ?? '', name, value);
    const sealed = await (opened ? opened.seal(plain) : sealText(plain, lock));
    if (sealed !== text) await writeSecrets(place, sealed, text);
  } catch (error) {
    throw told(error, place, 'write');
  }
  const before = opened?.values.get(name);
  const done = before === undefined ? 'added' : before === value ? 'unchanged' : 'changed';
  say(`${name} is ${done} in ${shown(place, secretsFileOf(place))}`);
  if (!anyName && !Object.hasOwn(section.names, name)) {
    say(`${name} is not declared in environment.yaml: secrets: { names: { ${name}: … } }`);
  }
  const set = new Map([[name, value]]);
  if (problemsOf(set, section, anyName).placeholders.length > 0)
    say(`${name} looks like a placeholder: secrets-check refuses it`);
  for (const notice of tooShortNotice(maskedSecrets(set, section))) say(notice);
  return true;
}

/** The last line break is the shell's; `printf 'a\n\n'` keeps one. */
async function readValue(name: string, description: string): Promise<string> {
  const value = process.stdin.isTTY
    ? await askHidden(`${name}${description === '' ? '' : ` (${description})`}: `)
    : (await readAll(process.stdin)).replace(/\r?\n$/, '');
  if (value !== undefined && value !== '') return value;
  throw new SecretsError(`Cannot set ${name}: there is no value`, {
    hint: 'type it when asked, or give it on standard input: … < file',
  });
}
