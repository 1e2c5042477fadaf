import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { HOLD_LOCK, removeLock, withLock } from './lock.js';
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

it('a lock is held by Perl where there is no flock, and each respects the other', async () => {
  await withLock(name, () => Promise.resolve());
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-lock-'));
  for (const program of ['perl', 'cat', 'sh']) {
    symlinkSync(execFileSync('which', [program]).toString().trim(), join(folder, program));
  }
  const file = join(paths.locks, `${name}.lock`);
  const hold = (how: string, path = process.env['PATH']) =>
    spawn('/bin/sh', ['-c', HOLD_LOCK, 'sh', file, how], { env: { PATH: path } });
  const ended = async (holder: ReturnType<typeof hold>): Promise<unknown> =>
    ((await once(holder, 'close')) as [number])[0];
  for (const [first, second] of [
    [folder, undefined],
    [undefined, folder],
    [folder, folder],
  ]) {
    const holder = hold('--exclusive', first);
    expect(String((await once(holder.stdout, 'data'))[0])).toBe('held\n');
    expect(await ended(hold('--nonblock', second))).toBe(9);
    holder.stdin.end();
    expect(await ended(holder)).toBe(0);
    const next = hold('--nonblock', second);
    expect(String((await once(next.stdout, 'data'))[0])).toBe('held\n');
    next.stdin.end();
    expect(await ended(next)).toBe(0);
  }
  rmSync(folder, { recursive: true });
  await withLock(name, () => removeLock(name));
});
