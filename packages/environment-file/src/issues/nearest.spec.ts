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

  it('prefers the one that begins alike, as letters are often swapped', () => {
    expect(nearest('plna', ['ping', 'plan'])).toBe('plan');
  });

  it('finds nothing where nothing is near', () => {
    expect(didYouMean('colour', ['address', 'port'])).toBeUndefined();
    expect(nearest('x'.repeat(100_000), ['address'])).toBeUndefined();
  });

  it('is told of in a way that acts on no terminal', () => {
    expect(didYouMean('domainorg', ['domain\t\u202eorg'])).toBe(
      String.raw`did you mean "domain\t\u202eorg"?`,
    );
  });
});
