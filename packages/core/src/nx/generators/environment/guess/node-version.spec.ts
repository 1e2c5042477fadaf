import { expect, it } from 'vitest';
import { readNodeVersion } from './node-version.js';

it.each([
  [{ '.nvmrc': '# ours\n\nlts/iron\n', '.node-version': '22' }, ['.nvmrc', 3, 'lts/iron']],
  [{ '.nvmrc': '\n', '.node-version': 'v22.1.0' }, ['.node-version', 1, 'v22.1.0']],
  [{}, [undefined, undefined, undefined]],
])('readNodeVersion() of %j is %j', (files, expected) => {
  const found = readNodeVersion((path) => (files as Record<string, string>)[path]);
  expect([found?.file, found?.line, found?.value]).toEqual(expected);
});
