import { expect, it } from 'vitest';
import { allOf, firstOf, someOf } from './some-of.js';

it('someOf() quotes the first names of files', () => {
  expect(someOf(['a', 'b "c"'])).toBe(String.raw`"a", "b \"c\""`);
  expect(someOf(['a', 'b', 'c', 'd', 'e'])).toBe('"a", "b", "c" and 2 more');
});

it('firstOf() keeps to one line, and says how many more there are', () => {
  expect(firstOf(['a', 'b\n c'], 2)).toBe('a, b c');
  expect(firstOf(['a', 'b', 'c'], 2)).toBe('a, b and 1 more');
  expect(firstOf(['a'], 2, 7)).toBe('a and 6 more');
});

it('allOf() ends with the last one', () => {
  expect([allOf([]), allOf(['a']), allOf(['a', 'b', 'c'])]).toEqual(['', 'a', 'a, b and c']);
});
