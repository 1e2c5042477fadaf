import { expect, it } from 'vitest';
import { npmVersionOf } from './npm-versions.js';

it.each([
  ['16.4.2', '7.18.1'],
  ['16.20.2', '8.19.4'],
  ['18.9.1', '8.19.1'],
  ['20.9.0', '10.1.0'],
  ['20.19.5', '10.8.2'],
  ['22.9.0', '10.8.3'],
  ['22.11.0', '10.9.0'],
  ['24.11.0', '11.6.1'],
  ['24.11.1', '11.6.2'],
  ['24.999.0', '11.12.1'],
  ['99.0.0', undefined],
])('npmVersionOf() of Node.js %s', (node, npm) => {
  expect(npmVersionOf(node)).toBe(npm);
});
