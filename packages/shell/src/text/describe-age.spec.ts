import { expect, it } from 'vitest';
import { describeAge } from './describe-age.js';

it.each([
  [-3, '0 seconds'],
  [59, '59 seconds'],
  [60, '1 minute'],
  [172_800, '2 days'],
])('describeAge() of %i', (seconds, text) => {
  expect(describeAge(seconds)).toBe(text);
});
