import { randomBytes } from 'node:crypto';
import { constants, type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { secretsFileOf, shown, type Place } from '../environment/place.js';
import { rememberKeyOf } from '../git/known-keys.js';
import { holdingLock } from './lock-file.js';
import { readSecretsText, told } from '../file/read-secrets.js';
import { SecretsError } from '../secrets-error.js';

/**
 * Writes an environment's encrypted secrets: beside the path, then renamed, so that a reader sees
 * the old or the new. Of several writers at the same time, all but the first get an error.
 *
 * @param before the file's content when it was read; undefined when there was none.
 * @throws SecretsError when it has been changed meanwhile; then the new text lies beside it.
 */
export async function writeSecrets(
  place: Place,
  text: string,
  before: string | undefined,
): Promise<void> {
  const file = secretsFileOf(place);
  try {
    // A link stays a link, and a writer that uses another link waits too.
    const target = await realpath(file).catch(() => file);
    await holdingLock(besideOf(target, 'lock'), async () => {
      if ((await readSecretsText(place)) === before) {
        // First: a file with a data key that this clone doesn't know would be refused.
        rememberKeyOf(place, text);
        await replace(target, text);
      } else throw await keptBeside(place, text);
    });
  } catch (error) {
    throw told(error, place, 'write');
  }
}

async function keptBeside(place: Place, text: string): Promise<SecretsError> {
  const file = secretsFileOf(place);
  const other = `${file}.${randomBytes(4).toString('hex')}.edited`;
  await replace(other, text);
  return new SecretsError(
    `Cannot write ${shown(place, file)}: it has been changed since it was read`,
    {
      hint: `what you wrote is in ${shown(place, other)}, encrypted: take it from there, then remove that file`,
    },
  );
}

function besideOf(path: string, suffix: string): string {
  return join(dirname(path), `.${basename(path)}.${suffix}`);
}

async function replace(target: string, text: string): Promise<void> {
  const mode = await stat(target).then(
    (found) => found.mode & 0o777,
    () => undefined,
  );
  const beside = besideOf(target, randomBytes(4).toString('hex'));
  let handle: FileHandle | undefined;
  try {
    handle = await open(beside, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o644);
    // The umask is for new files.
    if (mode !== undefined) await handle.chmod(mode);
    await handle.writeFile(text);
    await handle.sync();
    await handle.close();
    await rename(beside, target);
    await syncFolder(dirname(target));
  } catch (error) {
    await handle?.close().catch(() => undefined);
    await rm(beside, { force: true });
    throw error;
  }
}

/** fsync(2): a file's name is its folder's, which has to reach the disk too. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
