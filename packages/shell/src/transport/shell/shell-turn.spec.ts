import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { inTurn } from './shell-turn.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const target = { name: 'web' };

it('inTurn() tells people when a shell takes long, and how long it may take', async () => {
  const told: string[] = [];
  const times: number[] = [];
  const open = (timeout: number) => {
    times.push(timeout);
    return new Promise<string>((resolve) => setTimeout(resolve, 6000, 'open'));
  };
  const opened = inTurn(target, 'web:22', open, (line) => told.push(line));
  await vi.advanceTimersByTimeAsync(4000);
  expect(told).toEqual([]);
  await vi.advanceTimersByTimeAsync(3000);
  expect(await opened).toBe('open');
  expect(told).toEqual([expect.stringContaining('Gives up after 60 s (hosts.web.shellTimeout)')]);
  await inTurn({ ...target, shellTimeout: 300 }, 'web:22', (timeout) => {
    times.push(timeout);
    return Promise.resolve();
  });
  expect(times).toEqual([60_000, 300_000]);
});

it('inTurn() opens four shells on a machine at a time, and begins to count with their turns', async () => {
  let open = 0;
  let most = 0;
  const take = (timeout: number) => {
    open += 1;
    most = Math.max(most, open);
    return new Promise<number>((resolve) => {
      setTimeout(() => {
        open -= 1;
        resolve(timeout);
      }, 1000);
    });
  };
  const all = Promise.all(Array.from({ length: 10 }, () => inTurn(target, 'busy:22', take)));
  await vi.advanceTimersByTimeAsync(3000);
  expect(await all).toEqual(Array.from({ length: 10 }, () => 60_000));
  expect(most).toBe(4);
});

it('inTurn() shows a notice when a turn takes long, and leaves the queue when it is aborted', async () => {
  const free: (() => void)[] = [];
  const hold = () => new Promise<void>((resolve) => free.push(resolve));
  const holders = Array.from({ length: 4 }, () => inTurn(target, 'full:22', hold));
  const told: string[] = [];
  const ending = new AbortController();
  let opened = 0;
  const open = () => Promise.resolve((opened += 1));
  const waiting = inTurn(target, 'full:22', open, (line) => told.push(line), ending.signal);
  const failed = expect(waiting).rejects.toThrow('enough');
  await vi.advanceTimersByTimeAsync(6000);
  expect(told).toEqual([expect.stringContaining('waiting for a turn to open a shell on web')]);
  ending.abort(new Error('enough'));
  await failed;
  const next = inTurn(target, 'full:22', open);
  for (const go of free) go();
  await Promise.all(holders);
  expect(await next).toBe(1);
});
