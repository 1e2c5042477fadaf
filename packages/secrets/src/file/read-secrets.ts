import { isUtf8 } from 'node:buffer';
import { secretsFileOf, shown, type Place } from '../environment/place.js';
import type { Keys } from './keys.js';
import type { OpenedFile } from './opened-file.js';
import { openText } from './secrets-file.js';
import {
  LARGEST_SECRETS_FILE_BYTES,
  readRegularFile,
  systemReason,
  UnreadableFile,
} from '@fairness-deploy/shell/client';
import { quote } from '@fairness-deploy/shell/text';
import { FormatError, SecretsError } from '../secrets-error.js';

/** The text of an environment's secrets; undefined when there are none yet. */
// eslint-disable-next-line @typescript-eslint/require-await -- it may come to read asynchronously
export async function readSecretsText(place: Place): Promise<string | undefined> {
  try {
    const bytes = readRegularFile(secretsFileOf(place), LARGEST_SECRETS_FILE_BYTES);
    if (isUtf8(bytes)) return bytes.toString();
    throw new FormatError('it is damaged: it is not text in UTF-8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw told(error, place, 'read');
  }
}

/**
 * Opens the text of an environment's secrets.
 *
 * @throws SecretsError when it is damaged, or there is no key, or another one.
 */
export async function openSecrets(text: string, place: Place, keys: Keys): Promise<OpenedFile> {
  try {
    return await openText(text, keys, place.environment);
  } catch (error) {
    throw told(error, place, 'open');
  }
}

/**
 * Reads an environment's secrets and opens them; both are undefined when there are none yet.
 *
 * @throws SecretsError as {@link openSecrets} does, or when they can't be read.
 */
export async function openIfThere(
  place: Place,
  keys: Keys,
): Promise<{ readonly text: string | undefined; readonly opened: OpenedFile | undefined }> {
  const text = await readSecretsText(place);
  return { text, opened: text === undefined ? undefined : await openSecrets(text, place, keys) };
}

/** Says which file an error is about, and fills in <file> and <environment> in its hint. Other errors stay as they are. */
export function told(error: unknown, place: Place, act: string): unknown {
  if (error instanceof SecretsError) return error;
  const file = shown(place, secretsFileOf(place));
  const named = (text: string | undefined): string | undefined =>
    text?.replaceAll('<environment>', place.environment).replaceAll('<file>', () => quote(file));
  if (error instanceof FormatError || error instanceof RangeError) {
    const hint = error instanceof FormatError ? named(error.hint) : undefined;
    return new SecretsError(`Cannot ${act} ${file}: ${error.message}`, { cause: error, hint });
  }
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined && !(error instanceof UnreadableFile)
    ? error
    : new SecretsError(`Cannot ${act} ${file}: ${systemReason(error)}`, { cause: error });
}
