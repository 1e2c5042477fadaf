import { createHash, createHmac, scryptSync } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describeFailure } from '@fairness-deploy/shell/text';
import { EnvironmentError } from '@fairness-deploy/environment-file';
import { ENVIRONMENT_NAME } from '../environment/environment-name.js';
import { placeOf } from '../environment/place.js';
import { readSection } from '../environment/read-section.js';
import { splitMac } from '../file/age-text.js';
import type { OpenedFile } from '../file/opened-file.js';
import { plainOf } from '../file/plain-of.js';
import { formatOf, openText } from '../file/secrets-file.js';
import type { World } from '../keys/find-password.js';
import { LARGEST_SECRETS_FILE_BYTES, readRegularFile } from '@fairness-deploy/shell/client';
import { FormatError, SecretsError } from '../secrets-error.js';
import { writeLine } from '../write-line.js';
import { keyDigest } from './known-keys.js';
import { keysForGit } from './keys-for-git.js';

/** Set for `git diff` to show values. */
const REVEAL_VARIABLE = 'FAIRNESS_SECRETS_REVEAL';

/**
 * Prints the text that `git diff` compares: a line for each secret, which changes with the secret
 * and shows nothing of its value. A file that can't be opened is printed as it is.
 */
export async function textconv(file: string, workspace: string): Promise<number> {
  const text = readRegularFile(file, LARGEST_SECRETS_FILE_BYTES).toString();
  process.stdout.write(await readable(text, resolve(workspace)));
  return 0;
}

async function readable(text: string, workspace: string): Promise<string> {
  const format = formatOf(text);
  const reveal = Boolean(process.env[REVEAL_VARIABLE]);
  try {
    if (format === 'age' && !reveal) return ageLines(text);
    if (['plain', 'empty', 'conflict'].includes(format)) return text;
    const opened = await openWithAny(text, workspace);
    return reveal ? plainOf(opened.values) : valueLines(opened);
  } catch (error) {
    const expected = [FormatError, SecretsError, EnvironmentError].some(
      (type) => error instanceof type,
    );
    if (!(expected && error instanceof Error)) throw error;
    // A FormatError's hint needs the file's name, which git does not tell.
    writeLine(
      process.stderr,
      error instanceof FormatError ? error.message : describeFailure(error),
    );
    return text;
  }
}

/** Needs no key: each value has a ciphertext of its own, which stays as long as the value. */
function ageLines(text: string): string {
  const { recipients, key, secrets, exposed } = splitMac(text).parsed;
  return [
    `data key *** (${keyDigest(key)})\n`,
    ...recipients.map(({ name, key }) => `recipient ${name} (${digest(key)})\n`),
    ...[...secrets].map(([name, sealed]) => `${name}: *** (${digest(sealed)})\n`),
    ...[...exposed].map(([name, who]) => `to change: ${name}, known to ${who}\n`),
  ].join('');
}

/**
 * Keyed by the password, as short secrets could be guessed from a mere digest, and by way of
 * scrypt (RFC 7914): otherwise somebody who knows one value could guess the password as quickly.
 */
function valueLines({ values, lock }: OpenedFile): string {
  // openText says so: what is encrypted for recipients has lines of its own.
  if (lock.format === 'age') throw new TypeError('Cannot be keyed without a password');
  const key = scryptSync(lock.password.bytes, 'fairness-secrets textconv', 32);
  const lines = [...values].map(([name, value]) => {
    const mac = createHmac('sha256', key).update(`${name}\0${value}`).digest('hex');
    return `${name}: *** (${mac.slice(0, 8)})\n`;
  });
  return lines.join('');
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

/** git hands out a copy without telling of which environment: the keys of all are tried. */
async function openWithAny(text: string, workspace: string): Promise<OpenedFile> {
  const world: World = { env: process.env, warn: () => undefined };
  const folder = join(workspace, 'environments');
  const names = readdirSync(folder).filter(
    (name) => ENVIRONMENT_NAME.test(name) && existsSync(join(folder, name, 'environment.yaml')),
  );
  let failure: unknown = new FormatError('there are no environments here');
  for (const name of names) {
    try {
      const place = placeOf(workspace, name);
      return await openText(text, keysForGit(place, readSection(place).password, world));
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}
