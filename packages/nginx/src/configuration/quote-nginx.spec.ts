import { describe, expect, it } from 'vitest';
import { quoteBefore, quoteWord, quoteWords } from './quote-nginx.js';

describe('quoteWord()', () => {
  it('leaves plain words bare and quotes the others', () => {
    expect(quoteWords(['shop.test', '/a b', 'x;{}', 'say "hi" \\o/', ''])).toBe(
      'shop.test "/a b" "x;{}" "say \\"hi\\" \\\\o/" ""',
    );
  });

  it.each([
    ['a$b', "it has a '$'"],
    ['a\0b', 'it holds a NUL character'],
    ['x'.repeat(2001), 'it is too long'],
  ])('refuses %j', (value, reason) => {
    expect(() => quoteWord(value)).toThrow(reason);
  });
});

it('quoteBefore() keeps a text and variables one word', () => {
  expect(quoteBefore('/new', '$args')).toBe('/new$args');
  expect(quoteBefore("/it's", '$args')).toBe('"/it\'s$args"');
});
