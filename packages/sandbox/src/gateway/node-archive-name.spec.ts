import { expect, it } from 'vitest';
import { parseNodePath } from './node-archive-name.js';

it.each([
  ['/v20.19.5/SHASUMS256.txt', '20.19.5'],
  ['/v20.19.5/node-v20.19.5-linux-x64.tar.xz', '20.19.5'],
  ['/v20.19.5/node-v20.19.5-linux-x64.tar.gz', '20.19.5'],
  ['/v20.19.5/node-v20.19.4-linux-x64.tar.gz', undefined],
  ['/v20.19.5/node-v20.19.5-linux-arm64.tar.gz', undefined],
  ['/v20/SHASUMS256.txt', undefined],
  ['/v20.19.5/../SHASUMS256.txt', undefined],
  ['/', undefined],
])('parseNodePath() of %s', (path, version) => {
  expect(parseNodePath(path, 'x64')?.version).toBe(version);
});
