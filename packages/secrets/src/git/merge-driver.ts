import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { editText } from '../edit/edit-text.js';
import { readSection } from '../environment/read-section.js';
import type { Place } from '../environment/place.js';
import type { Keys } from '../file/keys.js';
import { parsePlain } from '../file/plain-text.js';
import type { OpenedFile } from '../file/opened-file.js';
import { formatOf, openText } from '../file/secrets-file.js';
import { keyRing } from '../keys/key-ring.js';
import { told } from '../read-secrets.js';
import { SecretsError } from '../secrets-error.js';
import { mergeVersions } from './merge-texts.js';

/**
 * git's merge driver (gitattributes(5)): merges three versions of a file of secrets into the
 * second by their values. A real conflict is shown decrypted in the editor, if there is a
 * terminal; else git has a conflict, and nothing decrypted is left in the work tree.
 *
 * @returns 0, or 1 when git is to tell of a conflict.
 */
export async function mergeDriver(files: readonly string[]): Promise<number> {
  const [base = '', ours = '', theirs = '', path = ''] = files;
  const folder = dirname(resolve(path));
  const place: Place = { environment: basename(folder), workspace: process.cwd(), folder };
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  try {
    const keys = keyRing(place, sectionOf(place), { env: process.env, warn: say });
    const versions = {
      base: await openIfAny(base, keys),
      ours: await open(ours, keys),
      theirs: await open(theirs, keys),
    };
    const merge = mergeVersions(versions);
    const names = merge.conflicts.map(({ name }) => name).join(', ');
    if (names === '') {
      writeFileSync(ours, await merge.seal(merge.plain));
      return 0;
    }
    if (!process.stdin.isTTY) {
      say(`${path}: both sides changed ${names}`);
      say(`  → git checkout --merge -- ${path}, on a terminal, opens them in your editor`);
      return 1;
    }
    const edit = {
      text: merge.plain,
      about: [`${path}: both sides changed ${names}. Keep one of each, and take the marks out.`],
      suffix: '.yaml',
    };
    const sealed = await editText(edit, process.env, (text) => {
      // Refuses what still has marks.
      parsePlain(text);
      return merge.seal(text);
    });
    writeFileSync(ours, sealed);
    return 0;
  } catch (error) {
    const known = told(error, place, 'merge');
    if (!(known instanceof SecretsError)) throw error;
    say(known.message);
    return 1;
  }
}

function open(file: string, keys: Keys): Promise<OpenedFile> {
  return openText(readFileSync(file, 'utf8'), keys);
}

/** git gives an empty file when both sides made theirs. */
async function openIfAny(file: string, keys: Keys): Promise<OpenedFile | undefined> {
  const text = readFileSync(file, 'utf8');
  return formatOf(text) === 'empty' ? undefined : openText(text, keys);
}

/** During a merge the environment's file may have conflicts of its own. */
function sectionOf(place: Place): ReturnType<typeof readSection>['password'] {
  try {
    return readSection(place).password;
  } catch (error) {
    if (!(error instanceof SecretsError)) throw error;
    return {};
  }
}
