import { expect, it } from 'vitest';
import { readPackageJson } from './package-json.js';

const TEXT = `{
  "name": "@shop/web",
  "packageManager": "pnpm@10.12.1",
  "engines": {
    "node": ">=20"
  },
  "scripts": {
    "build": "vite build",
    "name": "x"
  },
  "dependencies": { "pg": "8.0.0" }
}
`;

it('readPackageJson() says each with its line', () => {
  expect(readPackageJson(TEXT)).toEqual({
    name: '@shop/web',
    scripts: new Map([
      ['build', { value: 'vite build', file: 'package.json', line: 8 }],
      ['name', { value: 'x', file: 'package.json', line: 9 }],
    ]),
    packageManager: { value: 'pnpm@10.12.1', file: 'package.json', line: 3 },
    node: { value: '>=20', file: 'package.json', line: 5 },
    // On the same line as its map: a line that nobody wrote by itself.
    dependencies: new Map([['pg', { value: '8.0.0', file: 'package.json' }]]),
  });
});

it.each(['', '[]', '{', '{ "scripts": 3, "name": [], "engines": "x" }'])(
  'readPackageJson() finds nothing in %j',
  (text) => {
    const found = readPackageJson(text);
    expect(found?.scripts.size ?? 0).toBe(0);
    expect(found?.node).toBeUndefined();
  },
);
