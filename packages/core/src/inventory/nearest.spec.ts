import { describe, expect, it } from 'vitest';
import { didYouMean, nearest } from './nearest.js';

describe('nearest()', () => {
  it.each([
    ['adress', 'address'],
    ['prot', 'port'],
    ['identity-file', 'identityFile'],
    ['USER', 'user'],
  ])('finds what %s stands for', (text, expected) => {
    expect(nearest(text, ['address', 'port', 'identityFile', 'user'])).toBe(expected);
  });

  it('finds nothing where nothing is near', () => {
    expect(didYouMean('colour', ['address', 'port'])).toBeUndefined();
    expect(nearest('x'.repeat(100_000), ['address'])).toBeUndefined();
  });
});
