import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeByTime } from './merge.js';

const line = (stream: string, text: string, time?: number) => ({
  ...{ stream, text },
  ...(time !== undefined && { time }),
});
const texts = (lines: readonly { readonly text: string }[]) => lines.map(({ text }) => text);

describe('mergeByTime()', () => {
  it('orders by time, and leaves a line without one behind the line before it', () => {
    const lines = [
      ...[line('a', 'a1', 1), line('a', 'a-stack'), line('a', 'a3', 3)],
      ...[line('b', 'b-none'), line('b', 'b2', 2), line('b', 'b-earlier', 1)],
    ];
    expect(texts(mergeByTime(lines))).toEqual(['b-none', 'a1', 'a-stack', 'b2', 'b-earlier', 'a3']);
  });

  it('remembers between calls where a stream has got', () => {
    const times = new Map<string, number>();
    mergeByTime([line('a', 'a5', 5)], times);
    const next = [line('b', 'b4', 4), line('a', 'a-stack'), line('b', 'b6', 6)];
    expect(texts(mergeByTime(next, times))).toEqual(['b4', 'a-stack', 'b6']);
  });

  it('keeps the order of each stream, and loses nothing', () => {
    const lines = fc.array(
      fc.record({
        stream: fc.constantFrom('a', 'b', 'c'),
        time: fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined }),
      }),
    );
    fc.assert(
      fc.property(lines, (some) => {
        const given = some.map(({ stream, time }, at) => line(stream, String(at), time));
        const merged = mergeByTime(given);
        for (const stream of ['a', 'b', 'c']) {
          const of = (all: typeof given) => texts(all.filter((one) => one.stream === stream));
          expect(of([...merged])).toEqual(of(given));
        }
      }),
    );
  });
});
