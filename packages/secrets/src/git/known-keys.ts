import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { secretsFileOf, shown, type Place } from '../environment/place.js';
import { splitMac } from '../file/age-text.js';
import type { OpenedFile } from '../file/opened-file.js';
import { formatOf } from '../file/secrets-file.js';
import { LARGEST_FILE_BYTES, readRegularFile } from '@fairness-deploy/shell/client';
import { quote } from '@fairness-deploy/shell/text';
import { SecretsError } from '../secrets-error.js';
import { runGit, workTreeOf } from '../run-git.js';

/**
 * Which data keys of age's files this clone knows, as known_hosts does for hosts: those that it
 * found first, wrote itself or was told to accept. Recipients are public, so anyone with write
 * access to the repository can make a data key, encrypt it for all of them and put other values under
 * it. Nothing in the file tells; that the key is another one does.
 */
const FILE = 'fairness-secrets/known-keys';

/** The name of a data key in diffs and messages: a digest of its encrypted form. */
export function keyDigest(sealedKey: string): string {
  return createHash('sha256').update(sealedKey).digest('hex').slice(0, 16);
}

/** Whether this clone knows a file's data key. True when it knows none yet, or there is no git. */
export function isKnownKey(place: Place, sealedKey: string | undefined): boolean {
  const known = knownKeys(place);
  if (sealedKey === undefined || known === undefined) return true;
  const lines = known.lines.filter((line) => line.endsWith(` ${known.name}`));
  return lines.length === 0 || lines.includes(`${keyDigest(sealedKey)} ${known.name}`);
}

/** Adds a data key to those that this clone knows. */
export function rememberKey(place: Place, sealedKey: string | undefined): void {
  const known = knownKeys(place);
  if (sealedKey === undefined || known === undefined) return;
  const line = `${keyDigest(sealedKey)} ${known.name}`;
  if (known.lines.includes(line)) return;
  mkdirSync(dirname(known.path), { recursive: true });
  appendFileSync(known.path, `${line}\n`, { mode: 0o600 });
}

/** The same for the data key of a text that we have written. */
export function rememberKeyOf(place: Place, text: string): void {
  if (formatOf(text) === 'age') rememberKey(place, splitMac(text).parsed.key);
}

/** The warning about a data key that this clone doesn't know; undefined when it knows it. */
export function newKeyNotice(place: Place, opened: OpenedFile | undefined): string | undefined {
  const { sealedKey, lock } = opened ?? {};
  if (sealedKey === undefined || isKnownKey(place, sealedKey)) return undefined;
  const names = lock?.format === 'age' ? lock.recipients.map(({ name }) => name).join(', ') : '';
  return `${shown(place, secretsFileOf(place))} has a data key that this clone does not know (${keyDigest(sealedKey)}), for ${names}: a person has rekeyed it, or replaced all secrets`;
}

/** The hint how to accept it. */
export function newKeyHint(place: Place): string {
  const file = shown(place, secretsFileOf(place));
  return `git log -p -- ${quote(file)} shows who did; if that is right: npx nx run ${place.environment}:secrets-check --accept`;
}

/**
 * Remembers the first data key, and refuses another one: the maker of that key could read
 * everything that is encrypted with it.
 *
 * @throws SecretsError that says how to accept it.
 */
export function refuseNewKey(place: Place, opened: OpenedFile | undefined, act: string): void {
  const notice = newKeyNotice(place, opened);
  if (notice !== undefined) {
    throw new SecretsError(`Cannot ${act}: ${notice}`, { hint: newKeyHint(place) });
  }
  rememberKey(place, opened?.sealedKey);
}

interface KnownKeys {
  readonly path: string;
  /** The name of the secrets file in the record: its path in the repository. */
  readonly name: string;
  readonly lines: readonly string[];
}

function knownKeys(place: Place): KnownKeys | undefined {
  const top = workTreeOf(place.workspace);
  if (top === undefined) return undefined;
  let common: string;
  try {
    common = runGit(top, ['rev-parse', '--path-format=absolute', '--git-common-dir']);
  } catch {
    // There is no git.
    return undefined;
  }
  const path = join(common, FILE);
  const text = existsSync(path) ? readRegularFile(path, LARGEST_FILE_BYTES).toString() : '';
  return {
    path,
    name: relative(top, secretsFileOf(place)),
    lines: text.split('\n'),
  };
}
