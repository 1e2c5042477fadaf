import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemPath } from './command.js';
import { paths } from './paths.js';
import { SandboxError } from './sandbox-error.js';

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
  const file = join(paths.locks, `${name}.lock`);
  const holder = spawn('flock', ['--exclusive', file, 'sh', '-c', 'echo held; exec cat'], {
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
