import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { throttle } from './throttle.js';

it('throttle() runs no more than its limit at once for a key, and all in the end', async () => {
  const limited = throttle(3);
  const running = new Map<string, number>();
  let most = 0;
  let done = 0;
  const task = (key: string) => async (): Promise<void> => {
    running.set(key, (running.get(key) ?? 0) + 1);
    most = Math.max(most, running.get(key) ?? 0);
    await delay(1);
    running.set(key, (running.get(key) ?? 0) - 1);
    done += 1;
    if (done % 5 === 0) throw new Error('failed');
  };
  await Promise.allSettled(
    Array.from({ length: 60 }, (_, at) => {
      const key = at % 2 === 0 ? 'a' : 'b';
      return limited(key, task(key));
    }),
  );
  expect(done).toBe(60);
  expect(most).toBe(3);
});
