import { masking } from './masking-reporter.js';
import { Secret } from '@fairness-deploy/shell/secret';
import { describe, expect, it } from 'vitest';
import { StreamPrinter } from './stream-printer.js';

const mask = masking([new Secret('token', 's3cret-value')]);

/** What is written, a Buffer's bytes as Latin-1. */
function printed(isTTY: boolean, ...chunks: readonly Buffer[]): readonly string[] {
  return printedBehind('', isTTY, chunks);
}

function printedBehind(
  prefix: string,
  isTTY: boolean,
  chunks: readonly Buffer[],
): readonly string[] {
  const written: string[] = [];
  const write = (bytes: Buffer | string) =>
    written.push(typeof bytes === 'string' ? bytes : bytes.toString('latin1'));
  const printer = new StreamPrinter({ isTTY, write }, mask, prefix);
  for (const chunk of chunks) printer.push(chunk);
  written.push('END');
  printer.end();
  return written;
}

describe('StreamPrinter', () => {
  it('prints lines as they end, and the last one at the end', () => {
    expect(printed(false, Buffer.from('one\ntw'), Buffer.from('o\nthree'))).toEqual([
      ...['one\n', 'two\n', 'END', 'three'],
    ]);
  });

  it('masks a secret that comes in parts', () => {
    const parts = ['token: s3cr', 'et-va', 'lue\nnext\n'].map((text) => Buffer.from(text));
    expect(printed(false, ...parts)).toEqual(['token: ***\nnext\n', 'END']);
  });

  it('leaves other bytes alone, text or not', () => {
    const bytes = Buffer.from([0x1b, 0x5b, 0x31, 0x6d, 0xff, 0xfe, 0x00, 0x0a]);
    expect(printed(false, bytes)).toEqual([bytes.toString('latin1'), 'END']);
  });

  it('removes control characters on a terminal, and keeps the lines of a progress', () => {
    expect(printed(true, Buffer.from('one\r'), Buffer.from('\ntwo\n'))).toEqual([
      ...['one\ntwo\n', 'END'],
    ]);
    expect(printed(true, Buffer.from('\u001b]0;title\u0007\u001b[31m10 %\r20 %\r\n'))).toEqual([
      ...['10 %\n20 %\n', 'END'],
    ]);
  });

  it('holds no more than a mebibyte back', () => {
    const chunks = Array.from({ length: 20 }, () => Buffer.alloc(100_000, 'x'));
    const written = printed(false, ...chunks);
    expect(written.indexOf('END')).toBe(1);
    expect(written.join('').replace('END', '')).toHaveLength(2_000_000);
  });

  it('puts a prefix before each line, which ends, and leaves other bytes alone', () => {
    const chunks = [Buffer.from('one\n\ntw'), Buffer.from('o \u00e9\nthree')];
    expect(
      printedBehind('web: ', false, chunks).map((text) => Buffer.from(text, 'latin1').toString()),
    ).toEqual(['web: one\nweb: \n', 'web: two \u00e9\n', 'END', 'web: three\n']);
    const bytes = Buffer.from([0xff, 0x00, 0x0a, 0xfe]);
    expect(printedBehind('a: ', false, [bytes])).toEqual(['a: \u00ff\0\n', 'END', 'a: \u00fe\n']);
    expect(printedBehind('a: ', true, [Buffer.from('10 %\r20 %\r\n')])).toEqual([
      'a: 10 %\na: 20 %\n',
      'END',
    ]);
    expect(printedBehind('a: ', false, [Buffer.from('s3cret-value\n')])).toEqual([
      'a: ***\n',
      'END',
    ]);
  });
});
