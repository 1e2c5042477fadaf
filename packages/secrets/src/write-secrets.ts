import { randomBytes } from 'node:crypto';
import { constants, type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { secretsFileOf, shown, type Place } from './environment/place.js';
import { readSecretsText, told } from './read-secrets.js';
import { SecretsError } from './secrets-error.js';

/**
 * Writes an environment's secrets, encrypted as they are. Beside and then renamed, so that a
 * reader sees the old or the new.
 *
 * @param before what the file held when it was read; undefined when there was none.
 * @throws SecretsError when it has been changed meanwhile; then the new text lies beside it.
 */
export async function writeSecrets(
  place: Place,
  text: string,
  before: string | undefined,
): Promise<void> {
  const file = secretsFileOf(place);
  try {
    if ((await readSecretsText(place)) !== before) {
      const other = `${file}.edited`;
      await replace(other, text);
      throw new SecretsError(
        `Cannot write ${shown(place, file)}: it has been changed since it was read`,
        { hint: `what you wrote is in ${shown(place, other)}, encrypted` },
      );
    }
    await replace(file, text);
  } catch (error) {
    throw told(error, place, 'write');
  }
}

async function replace(path: string, text: string): Promise<void> {
  // A link stays one.
  const target = await realpath(path).catch(() => path);
  const mode = await stat(target).then(
    (found) => found.mode & 0o777,
    () => 0o644,
  );
  const beside = join(dirname(target), `.${basename(target)}.${randomBytes(4).toString('hex')}`);
  let handle: FileHandle | undefined;
  try {
    handle = await open(beside, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, mode);
    await handle.writeFile(text);
    await handle.sync();
    await handle.close();
    await rename(beside, target);
  } catch (error) {
    await handle?.close().catch(() => undefined);
    await rm(beside, { force: true });
    throw error;
  }
}
