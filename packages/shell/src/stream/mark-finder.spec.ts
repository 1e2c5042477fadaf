import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MarkFinder } from './mark-finder.js';

describe('MarkFinder', () => {
  it('finds a mark wherever the stream is cut, and loses no byte', () => {
    const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array));
    fc.assert(
      fc.property(bytes, bytes, fc.array(fc.nat(100), { maxLength: 8 }), (before, after, cuts) => {
        const whole = Buffer.concat([before, Buffer.from('MARK'), after]);
        const finder = new MarkFinder('MARK');
        const found: Buffer[] = [];
        let rest: Buffer | undefined;
        for (const chunk of cutAt(whole, cuts)) {
          if (rest !== undefined) {
            rest = Buffer.concat([rest, chunk]);
            continue;
          }
          const result = finder.push(chunk);
          found.push(result.before);
          rest = result.after;
        }
        // The bytes in front may hold the mark themselves: the first one counts.
        const at = whole.indexOf('MARK');
        expect(Buffer.concat(found)).toEqual(whole.subarray(0, at));
        expect(rest).toEqual(whole.subarray(at + 4));
      }),
    );
  });

  it('holds nothing back but what could be the mark', () => {
    const finder = new MarkFinder('MARK');
    expect(finder.push(Buffer.from('a long line MAR')).before.toString()).toBe('a long line ');
    expect(finder.push(Buffer.from('CH\n')).before.toString()).toBe('MARCH\n');
  });
});

function cutAt(bytes: Buffer, cuts: readonly number[]): readonly Buffer[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort(
    (a, b) => a - b,
  );
  return places.slice(1).map((end, at) => bytes.subarray(places[at], end));
}
