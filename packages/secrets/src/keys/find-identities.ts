import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { publicAgeKey } from '../age/age-key.js';
import { readIdentities, type AskPassphrase, type SshIdentity } from '../age/identity.js';
import { readRecipient } from '../age/recipient.js';
import { environmentsFolder, shown, type Place } from '../environment/place.js';
import type { Identities } from '../file/keys.js';
import { readRegularFile, systemReason } from '@fairness-deploy/shell/client';
import { SecretsError } from '../secrets-error.js';
import { warnIfOthersMayRead, type World } from './find-password.js';
import { refuseUnlessIgnored } from './refuse-unless-ignored.js';

/** The private key itself, for CI. */
const IDENTITY_VARIABLE = 'FAIRNESS_AGE_IDENTITY';
const IDENTITY_FILE_VARIABLE = 'FAIRNESS_AGE_IDENTITY_FILE';
const PASSPHRASE_VARIABLE = 'FAIRNESS_AGE_PASSPHRASE';
const FILE = 'age-identity';
const SSH_KEYS = ['id_ed25519', 'id_rsa'];

/** A text that should hold keys, and its source. */
interface Found {
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
    found.push({ text: read(shared, from), from });
    warnIfOthersMayRead(shared, from, warn);
  }
  for (const name of SSH_KEYS) {
    const path = join(env['HOME'] ?? homedir(), '.ssh', name);
    if (existsSync(path)) found.push({ text: read(path, path), from: path, optional: true });
  }
  const keys = await Promise.all(found.map((each) => identitiesIn(each, answer)));
  return {
    keys: keys.flat(),
    from: found.map(({ from }) => from),
  };
}

/** The keys that the environment variables name. */
function findNamed({ env, warn }: World): readonly Found[] {
  const found: Found[] = [];
  const value = env[IDENTITY_VARIABLE];
  if (value !== undefined && value.trim() !== '') {
    found.push({ text: value, from: IDENTITY_VARIABLE });
  }
  const named = env[IDENTITY_FILE_VARIABLE];
  if (named !== undefined && named !== '') {
    refuseKey(named);
    found.push({ text: read(named, named), from: named, file: named });
    warnIfOthersMayRead(named, named, warn);
  }
  return found;
}

/** A public key of the user's own, as in .pub files, and its source for people. */
export interface OwnRecipient {
  readonly line: string;
  readonly from: string;
}

/**
 * The public halves of the keys that the environment variables name. A key of SSH need not be
 * unlocked for that.
 *
 * @throws SecretsError when what is there can't be a key, or its public half is encrypted, too.
 */
export async function findNamedRecipients(world: World): Promise<readonly OwnRecipient[]> {
  const all = await Promise.all(
    findNamed(world).map(async (found) => {
      const keys = await identitiesIn(found, () => Promise.resolve(undefined));
      return Promise.all(
        keys.map(async (key) => ({
          line: typeof key === 'string' ? await publicAgeKey(key) : publicLine(key, found),
          from:
            found.file === undefined
              ? IDENTITY_VARIABLE
              : `${found.file}, which ${IDENTITY_FILE_VARIABLE} names`,
        })),
      );
    }),
  );
  return all.flat();
}

/** The line of the .pub file beside the key, which has its name too, if it is that of the key. */
function publicLine({ publicKey }: SshIdentity, { from, file }: Found): string {
  const beside = file === undefined ? undefined : `${file}.pub`;
  const line = beside !== undefined && existsSync(beside) ? read(beside, beside).trim() : undefined;
  if (publicKey === undefined) {
    if (line !== undefined) return line;
    throw new SecretsError(
      `Cannot encrypt for the key from ${from}: its public half is encrypted, too`,
      { hint: `write that beside it: ssh-keygen -y -f ${from} > ${from}.pub` },
    );
  }
  return line !== undefined && isRecipientLine(line, publicKey) ? line : publicKey;
}

/** Whether a line is a recipient with this key, and a name that a recipient can have. */
function isRecipientLine(line: string, key: string): boolean {
  try {
    return readRecipient(line).key === key;
  } catch {
    return false;
  }
}

function read(path: string, name: string): string {
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

async function identitiesIn(
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
