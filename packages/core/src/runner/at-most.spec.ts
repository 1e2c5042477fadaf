import { describe, expect, it } from 'vitest';
import { atMost } from './at-most.js';

const never = new AbortController().signal;

describe('atMost()', () => {
  it('works on so many at once, and returns the results in order', async () => {
    const begun: number[] = [];
    const ends: (() => void)[] = [];
    const all = atMost(2, [1, 2, 3], never, async (value) => {
      begun.push(value);
      await new Promise<void>((resolve) => ends.push(resolve));
      return value * 10;
    });
    expect(begun).toEqual([1, 2]);
    ends[1]?.();
    await expect.poll(() => begun).toEqual([1, 2, 3]);
    ends[2]?.();
    ends[0]?.();
    expect(await all).toEqual([10, 20, 30]);
  });

  it('begins nothing more when it is aborted', async () => {
    const stop = new AbortController();
    const begun: number[] = [];
    const all = atMost(1, [1, 2], stop.signal, (value) => {
      begun.push(value);
      stop.abort(new Error('stop'));
      return Promise.resolve(value);
    });
    await expect(all).rejects.toThrow('stop');
    expect(begun).toEqual([1]);
  });

  it('has no result for no values', async () => {
    expect(await atMost(2, [], never, () => Promise.resolve(1))).toEqual([]);
  });
});
