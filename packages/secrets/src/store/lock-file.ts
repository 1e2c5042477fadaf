import { link, open, rename, rm, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds after which a lock counts as abandoned: holders need a few. */
const FORGOTTEN_LOCK_MILLISECONDS = 10_000;
const RETRY_PAUSE_MILLISECONDS = 20;

/**
 * Runs something quick while it holds a lock: a file that only one process can create. Removes the
 * lock of a killed process, so that nobody waits for longer than ten seconds.
 */
export async function holdingLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  while (!(await made(path))) {
    await takeAwayForgotten(path);
    await sleep(RETRY_PAUSE_MILLISECONDS);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function made(path: string): Promise<boolean> {
  try {
    // O_EXCL of open(2): of several processes, one succeeds.
    await (await open(path, 'wx')).close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function takeAwayForgotten(path: string): Promise<void> {
  try {
    const found = await stat(path);
    if (Date.now() - found.mtimeMs < FORGOTTEN_LOCK_MILLISECONDS) return;
    const away = `${path}.${String(process.pid)}`;
    await rename(path, away);
    const taken = await stat(away);
    // Another process did the same first, and this is its new lock.
    if (taken.ino !== found.ino || taken.mtimeMs !== found.mtimeMs) await link(away, path);
    await rm(away, { force: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'EEXIST') throw error;
  }
}
