import { expect, it } from 'vitest';
import { decodedPath, pathPattern } from './path-pattern.js';

it.each([
  ['/', String.raw`"~^(?:/|\\z)"`],
  ['/api', String.raw`"~^/api(?:/|\\z)"`],
  ['/api/', String.raw`"~^/api(?:/|\\z)"`],
  ['/v1.0/a+b', String.raw`"~^/v1\\x2e0/a\\x2bb(?:/|\\z)"`],
  ['/a%20$%22%5C', String.raw`"~^/a\\x20\\x24\\x22\\x5c(?:/|\\z)"`],
  ['/caf%C3%A9', '"~^/café(?:/|\\\\z)"'],
  ['/100%', String.raw`"~^/100\\x25(?:/|\\z)"`],
])('pathPattern() matches %s and all below it', (path, pattern) => {
  expect(pathPattern(decodedPath(path))).toBe(pattern);
});
