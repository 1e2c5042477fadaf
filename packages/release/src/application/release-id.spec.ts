import { expect, it } from 'vitest';
import { newReleaseId } from './release-id.js';

const time = new Date('2026-11-23T23:59:59.900Z');
const commit = '3f2a1bc'.padEnd(40, '0');

it.each<[string, readonly string[], string]>([
  ['the first one', [], '20261123-235959-3f2a1bc'],
  ['after older ones', ['20261123-235958-fffffff'], '20261123-235959-3f2a1bc'],
  ['the same commit in the same second', ['20261123-235959-3f2a1bc'], '20261124-000000-3f2a1bc'],
  ['another commit in the same second', ['20261123-235959-91cf1c1'], '20261124-000000-3f2a1bc'],
  [
    'a client whose clock is slow',
    ['20261124-101500-91cf1c1', '20261101-000000-91cf1c1'],
    '20261124-101501-3f2a1bc',
  ],
  [
    'names that are no time',
    ['99999999-999999-91cf1c1', '99991231-235959-91cf1c1'],
    '20261123-235959-3f2a1bc',
  ],
])('newReleaseId() is after all that exist: %s', (_, existing, id) => {
  expect(newReleaseId(time, commit, new Set(existing))).toBe(id);
});
