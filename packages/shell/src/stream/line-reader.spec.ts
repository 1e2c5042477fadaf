import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineReader } from './line-reader.js';

describe('LineReader', () => {
  it('gives whole lines, wherever the stream is cut', () => {
    const line = fc.stringMatching(/^[^\r\n\s][^\r\n]{0,20}$/u);
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat(10)), (lines, cuts) => {
        const reader = new LineReader();
        let rest = Buffer.from(lines.map((one) => `${one}\n`).join(''));
        const read = [...cuts, rest.length].flatMap((cut) => {
          const chunk = rest.subarray(0, cut);
          rest = rest.subarray(cut);
          return reader.read(chunk);
        });
        expect(read).toEqual(lines);
      }),
    );
  });

  it('holds an unfinished line back, and cuts an endless one', () => {
    const reader = new LineReader();
    expect(reader.read(Buffer.from('Waiting for'))).toEqual([]);
    expect(reader.read(Buffer.from(' apt\r\n10 %\r'))).toEqual(['Waiting for apt', '10 %']);
    for (let count = 0; count < 100; count += 1) reader.read(Buffer.from('x'.repeat(1000)));
    expect(reader.read(Buffer.from('\n'))).toEqual(['x'.repeat(2000)]);
  });

  it('gives the last line without a line break at the end', () => {
    const reader = new LineReader();
    expect(reader.read(Buffer.from('one\ntwo \xc3', 'latin1'))).toEqual(['one']);
    expect(reader.read(Buffer.from('\xa9', 'latin1'))).toEqual([]);
    expect(reader.end()).toEqual(['two é']);
    expect(reader.end()).toEqual([]);
  });
});
