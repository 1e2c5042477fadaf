import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter } from './line-splitter.js';

const read = (splitter: LineSplitter, text: string) => splitter.read(Buffer.from(text));

describe('LineSplitter', () => {
  it('makes the same lines wherever the bytes are cut', () => {
    const bytes = fc.string({ unit: fc.constantFrom('a', 'é', '🌱', '\n', '\r') });
    fc.assert(
      fc.property(bytes, fc.integer({ min: 1, max: 5 }), (text, size) => {
        const splitter = new LineSplitter();
        const all = Buffer.from(text);
        const lines: string[] = [];
        for (let at = 0; at < all.length; at += size) {
          lines.push(...splitter.read(all.subarray(at, at + size)));
        }
        lines.push(...splitter.end());
        const expected = text.split('\n');
        if (expected.at(-1) === '') expected.pop();
        expect(lines).toEqual(expected.map((line) => line.replace(/\r$/, '')));
      }),
    );
  });

  it('says what is missing of a line', () => {
    const splitter = new LineSplitter(5);
    splitter.cut();
    expect(read(splitter, 'begun\nshort\nmuch too long\nnext\n')).toEqual([
      ...['…begun', 'short', 'much …', 'next'],
    ]);
    read(splitter, 'a');
    splitter.skip();
    expect(read(splitter, '\n')).toEqual(['a…']);
  });

  it('goes on with what another one holds', () => {
    const [one, other] = [new LineSplitter(), new LineSplitter()];
    read(one, 'be');
    other.follow(one);
    expect(read(other, 'gun\n')).toEqual(['begun']);
    expect(one.end()).toEqual([]);
  });
});
