import { link, open, rename, rm, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds after which a lock is one that was left behind: what it is held for takes a few. */
const FORGOTTEN_LOCK_MILLISECONDS = 10_000;
const RETRY_PAUSE_MILLISECONDS = 20;

/**
 * Does something quick while no other process that asks for the same lock does: a file that
 * only one of them can make. One that a killed process left behind is taken away, so that
 * nobody waits for longer than ten seconds.
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
    // O_EXCL of open(2): of several who try, one succeeds.
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
    // Another did the same first, and this is what was made since.
    if (taken.ino !== found.ino || taken.mtimeMs !== found.mtimeMs) await link(away, path);
    await rm(away, { force: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'EEXIST') throw error;
  }
}
