import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { removeLock, withLock } from './lock.js';
import { paths } from './paths.js';

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
