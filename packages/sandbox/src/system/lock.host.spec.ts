import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { removeLock, withLock } from './lock.js';
import { paths, stateDirectory } from './paths.js';

const name = `test-${String(process.pid)}`;

it('withLock() lets one in at a time, also when each removes the lock', async () => {
  let within = 0;
  let most = 0;
  const enter = (): Promise<void> =>
    withLock(name, async () => {
      within += 1;
      most = Math.max(most, within);
      await sleep(5);
      within -= 1;
      await removeLock(name);
      // Who comes now has a lock of its own, and who waited must not take ours for that one.
      await sleep(5);
    });
  await Promise.all(Array.from({ length: 12 }, enter));
  expect(most).toBe(1);
  expect(existsSync(join(paths.locks, `${name}.lock`))).toBe(false);
});

it('the state is closed to all other users of this machine, also where it was open before', async () => {
  await withLock(name, () => Promise.resolve());
  chmodSync(stateDirectory, 0o755);
  await withLock(name, () => removeLock(name));
  const asNobody = (): string =>
    execFileSync('setpriv', [
      ...['--reuid=65534', '--regid=65534', '--clear-groups', '--'],
      ...['ls', paths.locks],
    ]).toString();
  expect(asNobody).toThrow('Permission denied');
});
