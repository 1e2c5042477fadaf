import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from '../environment/place.js';
import { SecretsError } from '../secrets-error.js';
import { refuseForNxCloud } from './refuse-for-nx-cloud.js';
import { nxTask } from './under-nx.js';

/**
 * Keeps Nx from storing the terminal's content from now on, such as an editor's. Nx runs a task on
 * a terminal of its own and writes its content into a file of its cache when the task has ended; a
 * link to /dev/null in that file's place leaves nothing.
 *
 * @param command does the same without Nx, such as `secrets prod`
 * @throws SecretsError when that isn't possible, or Nx Cloud would get it.
 */
export async function keepFromNx(place: Place, command: string): Promise<void> {
  const task = nxTask(process.env);
  if (task === undefined) return;
  const hint = `node_modules/.bin/fairness-deploy ${command}`;
  await refuseForNxCloud(place, hint);
  if (task.hash === undefined) {
    throw new SecretsError(
      'Cannot show secrets in a task of Nx: it does not tell where it keeps what tasks show',
      { hint },
    );
  }
  const { cacheDir } = await import('@nx/devkit');
  const folder = join(cacheDir, 'terminalOutputs');
  const file = join(folder, task.hash);
  mkdirSync(folder, { recursive: true });
  rmSync(file, { force: true });
  symlinkSync('/dev/null', file);
}
