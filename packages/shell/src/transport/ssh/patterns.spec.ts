import { expect, it } from 'vitest';
import { matchesPatterns } from './patterns.js';

it.each([
  ['web-1', ['web-1'], true],
  ['WEB-1', ['web-*'], true],
  ['web-', ['web-?'], false],
  ['web-12', ['web-?'], false],
  ['a.b', ['a?b'], true],
  ['axb', ['a.b'], false],
  ['[::1]:22', ['[::1]:22'], true],
  ['web-1', ['*', '!web-1'], false],
  ['web-2', ['!web-1', 'web-*'], true],
  // A negated pattern alone matches nothing.
  ['web-2', ['!web-1'], false],
  ['x', [], false],
  ['abcbcd', ['a*bcd'], true],
  ['abcbc', ['*b*c*'], true],
  ['', ['*'], true],
  ['a', [''], false],
])('matchesPatterns(%j, %j) is %j', (name, patterns, expected) => {
  expect(matchesPatterns(name, patterns)).toBe(expected);
});

it('matchesPatterns() takes no time on patterns made to cost it', () => {
  expect(matchesPatterns('a'.repeat(5000), ['*a'.repeat(50) + '*b'])).toBe(false);
});
