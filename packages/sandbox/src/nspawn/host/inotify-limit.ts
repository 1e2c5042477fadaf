import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { paths } from '../../system/paths.js';
import { writeFileAtomically } from '../../system/write-file.js';

/** inotify(7): how many instances one user may have; the roots of all containers are one user. */
const setting = '/proc/sys/fs/inotify/max_user_instances';

/**
 * A host takes about eight: the default of 128 would stop the fifteenth at boot, on an idle
 * machine.
 */
const enoughInstances = 4096;

/** Raises the limit while hosts are up, and remembers what it was. */
export async function raiseInotifyLimit(): Promise<void> {
  const now = (await readFile(setting, 'utf8')).trim();
  if (Number(now) >= enoughInstances) return;
  if (!existsSync(paths.inotifyLimit)) await writeFileAtomically(paths.inotifyLimit, `${now}\n`);
  await writeFile(setting, String(enoughInstances));
}

/** Restores the limit; does nothing when it wasn't raised. */
export async function restoreInotifyLimit(): Promise<void> {
  if (!existsSync(paths.inotifyLimit)) return;
  await writeFile(setting, (await readFile(paths.inotifyLimit, 'utf8')).trim());
  await rm(paths.inotifyLimit);
}
