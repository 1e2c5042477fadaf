import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import type { Wire } from './wire.js';

/** How long output may still come after the shell's exit, and a shell may take to end, in milliseconds. */
const EXIT_GRACE_MILLISECONDS = 500;

/** The wire to a process of this machine that leads its own process group. */
export function processWire(child: ChildProcessWithoutNullStreams): Wire {
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => {
      resolve(`${child.spawnfile} can't be started: ${error.message}`);
    });
    child.once('exit', (status, signal) => {
      const reason = signal
        ? `the shell was ended by ${signal}`
        : `the shell ended with status ${String(status)}`;
      // 'close' comes when all output has been read, or not at all while children hold it open.
      const timer = setTimeout(resolve, EXIT_GRACE_MILLISECONDS, reason).unref();
      child.once('close', () => {
        clearTimeout(timer);
        resolve(reason);
      });
    });
  });
  const destroy = (): void => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      try {
        process.kill(-child.pid, 'SIGTERM');
      } catch {
        // It ended by itself, or is root's now; then it ends when it finds its pipes closed.
      }
    }
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
  };
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    ended,
    destroy,
    async close() {
      child.stdin.end();
      await Promise.race([ended, delay(EXIT_GRACE_MILLISECONDS, undefined, { ref: false })]);
      destroy();
    },
  };
}
