import { expect, it } from 'vitest';
import { readLockFile } from './package-manager.js';

it.each([
  [['package-lock.json', 'pnpm-lock.yaml'], 'pnpm'],
  [['yarn.lock'], 'yarn'],
  [['package.json'], undefined],
])('readLockFile() of %j is %s', (files, manager) => {
  expect(readLockFile((path) => (files.includes(path) ? '' : undefined))?.value).toBe(manager);
});
