import { describe, expect, it } from 'vitest';
import { LogWindow } from './log-window.js';

interface Line {
  readonly stream: string;
  readonly time: number;
}

/** A window whose reader takes lines when it is told to. */
function slowly() {
  const shown: (readonly number[])[] = [];
  const waiting: (() => void)[] = [];
  const window = new LogWindow<Line>((lines) => {
    shown.push(lines.map(({ time }) => time));
    return new Promise((resolve) => void waiting.push(resolve));
  });
  return { window, shown, take: () => waiting.shift()?.() };
}

describe('LogWindow', () => {
  it('shows the lines of the beginning together, and later ones after a moment', async () => {
    const { window, shown, take } = slowly();
    void window.add([{ stream: 'a', time: 2 }], 10);
    void window.add([{ stream: 'b', time: 1 }], 10);
    void window.endBeginning();
    await expect.poll(() => shown).toEqual([[1, 2]]);
    take();
    void window.add([{ stream: 'b', time: 4 }], 10);
    void window.add([{ stream: 'a', time: 3 }], 10);
    await expect
      .poll(() => shown)
      .toEqual([
        [1, 2],
        [3, 4],
      ]);
    take();
  });

  it('makes who adds lines wait while the reader has too many to take', async () => {
    const { window, shown, take } = slowly();
    void window.endBeginning();
    expect(window.add([{ stream: 'a', time: 1 }], 600_000)).toBeUndefined();
    await expect.poll(() => shown.length).toBe(1);
    // These are not shown yet: they count.
    let isTaken = false;
    const wait = window.add([{ stream: 'a', time: 2 }], 600_000)?.then(() => {
      isTaken = true;
    });
    expect(wait).toBeDefined();
    take();
    await expect.poll(() => shown.length).toBe(2);
    expect(isTaken).toBe(false);
    take();
    await wait;
    expect(window.add([{ stream: 'a', time: 3 }], 10)).toBeUndefined();
    void window.flush();
  });
});
