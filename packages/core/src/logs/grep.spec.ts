import { describe, expect, it } from 'vitest';
import { Grep } from './grep.js';

describe('Grep', () => {
  it('says of each line whether it matches', () => {
    expect(new Grep('a+b|"c"').test(['xaab', '"c"', 'b', ''])).toEqual([true, true, false, false]);
    expect(new Grep('').test(['', 'a'])).toEqual([true, true]);
  });

  it('takes the expression as data', () => {
    const grep = new Grep("'\\); throw new Error\\(`x`\\); //\\u2028");
    expect(grep.test(['a'])).toEqual([false]);
  });

  it.each(['(a', '[', '*a', 'a{2,1}'])('refuses %j', (text) => {
    expect(() => new Grep(text)).toThrow(`Cannot search with --grep ${JSON.stringify(text)}`);
  });

  it('stops what takes exponential time', () => {
    expect(() => new Grep('^(a+)+$').test([`${'a'.repeat(60)}!`])).toThrow(
      'it takes longer than 2 s for 1 lines',
    );
  });
});
