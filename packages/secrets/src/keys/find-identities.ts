import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readIdentities, type AskPassphrase } from '../age/identity.js';
import { environmentsFolder, shown, type Place } from '../environment/place.js';
import type { Identities } from '../file/keys.js';
import { homeFolder, readRegularFile, systemReason } from '@fairness-deploy/shell/client';
import { SecretsError } from '../secrets-error.js';
import { warnIfOthersMayRead, type World } from './find-password.js';
import { refuseUnlessIgnored } from './refuse-unless-ignored.js';

/** The private key itself, for CI. */
export const IDENTITY_VARIABLE = 'FAIRNESS_AGE_IDENTITY';
export const IDENTITY_FILE_VARIABLE = 'FAIRNESS_AGE_IDENTITY_FILE';
const PASSPHRASE_VARIABLE = 'FAIRNESS_AGE_PASSPHRASE';
const FILE = 'age-identity';
const SSH_KEYS = ['id_ed25519', 'id_rsa'];

/** A text that should hold keys, and its source. */
export interface Found {
  readonly text: string;
  readonly from: string;
  /** The path of the file that a variable names. */
  readonly file?: string;
  /** Nobody named this file; an SSH key of another kind there is no error. */
  readonly optional?: true;
}

/**
 * Finds the private keys that could open a file: from an environment variable, a file that
 * one names, `age-identity` at the environments' root, and the user's own keys of SSH.
 *
 * @throws SecretsError when what is there can't be one, or git doesn't ignore it.
 */
export async function findIdentities(
  place: Place,
  { env, warn }: World,
  ask: AskPassphrase,
): Promise<Identities> {
  const answer: AskPassphrase = (what) =>
    env[PASSPHRASE_VARIABLE] === undefined ? ask(what) : Promise.resolve(env[PASSPHRASE_VARIABLE]);
  const found: Found[] = [...findNamed({ env, warn })];
  const shared = join(environmentsFolder(place), FILE);
  if (existsSync(shared)) {
    const from = shown(place, shared);
    await refuseUnlessIgnored(shared, from);
    found.push({ text: readKeyFile(shared, from), from });
    warnIfOthersMayRead(shared, from, warn);
  }
  for (const name of SSH_KEYS) {
    const path = join(homeFolder(env), '.ssh', name);
    if (existsSync(path)) found.push({ text: readKeyFile(path, path), from: path, optional: true });
  }
  const keys = await Promise.all(found.map((each) => identitiesIn(each, answer)));
  return {
    keys: keys.flat(),
    from: found.map(({ from }) => from),
  };
}

/** The keys that the environment variables name. */
export function findNamed({ env, warn }: World): readonly Found[] {
  const found: Found[] = [];
  const value = env[IDENTITY_VARIABLE];
  if (value !== undefined && value.trim() !== '') {
    found.push({ text: value, from: IDENTITY_VARIABLE });
  }
  const named = env[IDENTITY_FILE_VARIABLE];
  if (named !== undefined && named !== '') {
    refuseKey(named);
    found.push({ text: readKeyFile(named, named), from: named, file: named });
    warnIfOthersMayRead(named, named, warn);
  }
  return found;
}

/** @throws SecretsError when it can't be read. */
export function readKeyFile(path: string, name: string): string {
  try {
    return readRegularFile(path).toString();
  } catch (cause) {
    throw new SecretsError(`Cannot read the key from ${name}: ${systemReason(cause)}`, { cause });
  }
}

/** Else the message about a missing file would show the key. */
function refuseKey(named: string): void {
  if (!/secret-key|private key/i.test(named)) return;
  throw new SecretsError(`Cannot use ${IDENTITY_FILE_VARIABLE}: it holds a key, expected a path`, {
    hint: `${IDENTITY_VARIABLE} takes the key itself`,
  });
}

/** @throws SecretsError when it holds no key. */
export async function identitiesIn(
  { text, from, optional }: Found,
  ask: AskPassphrase,
): Promise<Identities['keys']> {
  try {
    return await readIdentities(text, from, ask);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    if (optional) return [];
    throw new SecretsError(`Cannot use the key from ${from}: ${cause.message}`, { cause });
  }
}
