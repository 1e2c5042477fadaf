import { EnvironmentError } from '@fairness-deploy/environment-file';
import { writeFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { editText } from '../edit/edit-text.js';
import { readSection } from '../environment/read-section.js';
import { refuseName, type Place } from '../environment/place.js';
import type { PasswordSettings } from '../environment/section.js';
import type { Keys } from '../file/keys.js';
import { parsePlain } from '../file/plain-text.js';
import { withBoth } from '../file/conflict.js';
import type { OpenedFile } from '../file/opened-file.js';
import { formatOf, openText } from '../file/secrets-file.js';
import { confirm } from '../keys/confirm.js';
import { passwordOf, type World } from '../keys/find-password.js';
import { LARGEST_SECRETS_FILE_BYTES, readRegularFile } from '@fairness-deploy/shell/client';
import { told } from '../file/read-secrets.js';
import { describeFailure, quote, withHint } from '@fairness-deploy/shell/text';
import { FormatError, SecretsError } from '../secrets-error.js';
import { WrongPassword } from '../vault/vault.js';
import { writeLine } from '../write-line.js';
import { isKnownKey, rememberKeyOf } from './known-keys.js';
import { keysForGit } from './keys-for-git.js';
import { lockChanges } from './merge-locks.js';
import { mergeVersions } from './merge-texts.js';

/** When one side of a merge has a new password: the other side's. */
const OLD_PASSWORD_VARIABLE = 'FAIRNESS_VAULT_OLD_PASSWORD';

/**
 * git's merge driver (gitattributes(5)): merges three versions of a file of secrets into the second
 * by their values. A real conflict opens decrypted in the editor, if there is a terminal. Else git
 * has a conflict, and the work tree has both sides, encrypted and with marks: one side alone would
 * look like the result, and the other side's secrets would be lost.
 *
 * @returns 0, or 1 when git is to report a conflict.
 */
export async function mergeDriver(files: readonly string[]): Promise<number> {
  const [base = '', ours = '', theirs = '', path = ''] = files;
  const folder = dirname(resolve(path));
  // git runs it at the top of the repository, which the workspace may be a part of.
  const workspace = resolve(folder, '..', '..');
  const place: Place = { environment: basename(folder), workspace, folder };
  const say = (text: string): void => {
    writeLine(process.stderr, text);
  };
  try {
    refuseName(place, 'merge the secrets of');
    const keys = keysForMerge(place, say);
    const versions = {
      base: await openIfAny(base, place, keys),
      ours: await open(ours, place, keys),
      theirs: await open(theirs, place, keys),
    };
    const changes = lockChanges(versions.base, versions.ours, versions.theirs, (key) =>
      isKnownKey(place, key),
    );
    if (changes.length > 0 && !(await confirmed(path, changes, say))) return conflict(ours, theirs);
    const seal = async (plain: string): Promise<void> => {
      const text = await merge.seal(plain);
      writeFileSync(ours, text);
      rememberKeyOf(place, text);
    };
    const merge = mergeVersions(versions);
    const names = merge.conflicts.map(({ name }) => name).join(', ');
    if (names === '') {
      await seal(merge.plain);
      return 0;
    }
    if (!process.stdin.isTTY) {
      const hint = `git checkout --merge -- ${quote(path)}, on a terminal, opens them in your editor`;
      say(withHint(`${path}: both sides changed ${names}`, hint));
      return conflict(ours, theirs);
    }
    const edit = {
      text: merge.plain,
      about: [`${path}: both sides changed ${names}. Keep one of each, and take the marks out.`],
    };
    await editText(edit, process.env, async (text) => {
      // Refuses a text with marks.
      parsePlain(text);
      await seal(text);
    });
    return 0;
  } catch (error) {
    const known = told(error, place, 'merge');
    if (!(known instanceof SecretsError)) throw error;
    say(describeFailure(known));
    return conflict(ours, theirs);
  }
}

/** Asks whether more people than before may read the merged file. */
async function confirmed(
  path: string,
  changes: readonly string[],
  say: (text: string) => void,
): Promise<boolean> {
  say(`${path}: if you merge this, others can read the secrets`);
  for (const change of changes) say(`  ${change}`);
  const answer = await confirm('Accept these changes?');
  if (answer === undefined) {
    const hint = `to accept them: git checkout --merge -- ${quote(path)}, on a terminal, asks`;
    say(withHint('There is no terminal to ask on', hint));
  }
  return answer === true;
}

/** git takes the file for the work tree. */
function conflict(ours: string, theirs: string): number {
  const [own, other] = [ours, theirs].map((file) => read(file));
  writeFileSync(ours, withBoth(own ?? '', other ?? ''));
  return 1;
}

/** The keys that there are, and when one side has another password, those with the old one. */
function keysForMerge(place: Place, warn: World['warn']): readonly Keys[] {
  const keys = keysForGit(place, settingsOf(place), { env: process.env, warn });
  const old = process.env[OLD_PASSWORD_VARIABLE];
  if (old === undefined) return [keys];
  const password = passwordOf(Buffer.from(old), OLD_PASSWORD_VARIABLE);
  return [keys, { ...keys, password: () => Promise.resolve(password) }];
}

async function open(
  file: string,
  place: Place,
  [keys, ...others]: readonly Keys[],
): Promise<OpenedFile> {
  const text = read(file);
  if (keys === undefined) throw new TypeError('Cannot open a file without keys');
  try {
    return await openText(text, keys, place.environment);
  } catch (error) {
    if (!(error instanceof WrongPassword)) throw error;
    if (others.length > 0) return open(file, place, others);
    throw new FormatError(error.message, {
      hint: `when one side has a new password: ${OLD_PASSWORD_VARIABLE}=… git checkout --merge -- <file>`,
    });
  }
}

function read(file: string): string {
  return readRegularFile(file, LARGEST_SECRETS_FILE_BYTES).toString();
}

/** git gives an empty file when both sides made theirs. */
async function openIfAny(
  file: string,
  place: Place,
  keys: readonly Keys[],
): Promise<OpenedFile | undefined> {
  return formatOf(read(file)) === 'empty' ? undefined : open(file, place, keys);
}

/** During a merge the environment's file may have conflicts of its own. */
function settingsOf(place: Place): PasswordSettings {
  try {
    return readSection(place).password;
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    return {};
  }
}
