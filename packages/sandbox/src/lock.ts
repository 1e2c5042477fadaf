import { spawn } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemPath } from './command.js';
import { paths } from './paths.js';
import { SandboxError } from './sandbox-error.js';

/**
 * A lock file may be removed by its holder while another waits for it: who gets the lock of a file
 * that isn't there any more, or isn't that file, begins anew.
 */
const HOLD = `
until [ "$1" -ef /proc/self/fd/9 ]; do exec 9>>"$1"; flock --exclusive 9 || exit; done
echo held
exec cat`;

const lockFile = (name: string): string => join(paths.locks, `${name}.lock`);

/**
 * Runs `action` while holding the machine-wide lock `name` (flock). It waits for its turn; the
 * lock dies with this process, however it ends, because `cat` then reads the end of its input.
 */
export async function withLock<T>(
  name: string,
  action: () => Promise<T>,
  onWait?: () => void,
): Promise<T> {
  await mkdir(paths.locks, { recursive: true });
  const file = lockFile(name);
  const holder = spawn('sh', ['-c', HOLD, 'sandbox-lock', file], {
    env: { PATH: systemPath },
    stdio: ['pipe', 'pipe', 'ignore'],
    // A Ctrl-C on the terminal goes to the whole group: the lock ends with its owner, not before.
    detached: true,
  });
  const ended = new Promise<void>((resolve) =>
    holder.once('close', () => {
      resolve();
    }),
  );
  const waiting = setTimeout(() => onWait?.(), 1000);
  try {
    await new Promise<void>((resolve, reject) => {
      const fail = (cause?: Error): void => {
        reject(new SandboxError(`Cannot lock '${file}': flock ended`, undefined, { cause }));
      };
      holder.stdout.once('data', () => {
        resolve();
      });
      holder.once('error', fail);
      holder.once('exit', () => {
        fail();
      });
    });
    clearTimeout(waiting);
    return await action();
  } finally {
    clearTimeout(waiting);
    holder.stdin.end();
    await ended;
  }
}

/**
 * Removes a lock that nobody will ask for again. To be called by its holder, as the last thing that
 * it does: from then on another may have one of the same name.
 */
export async function removeLock(name: string): Promise<void> {
  await rm(lockFile(name), { force: true });
}
