import { type ChildProcess } from 'node:child_process';

/** How a process ends: its status, or the signal that ended it. @throws Error when it can't be started. */
export function endOf(child: ChildProcess): Promise<number | string> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (status, signal) => {
      resolve(status ?? String(signal));
    });
  });
}

/** The next message of a process that was started with IPC. @throws Error when it ends without one. */
export function messageOf(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    child.once('message', resolve);
    endOf(child).then((status) => {
      reject(new Error(`The process ended with ${String(status)} before it answered`));
    }, reject);
  });
}
