import { describe, expect, it } from 'vitest';
import { isNetwork, isWithin } from './networks.js';

describe('isNetwork()', () => {
  it.each(['10.0.0.1', '10.0.0.0/8', '0.0.0.0/0', '2001:db8::/32', '::1'])('takes %s', (text) => {
    expect(isNetwork(text)).toBe(true);
  });
  it.each([
    '',
    'web',
    '10.0.0.0/33',
    '10.0.0/8',
    '::/129',
    'fe80::1%eth0',
    '10.0.0.1/',
    '1.2.3.4/8/8',
    '10.0.0.1; drop',
  ])('refuses %j', (text) => {
    expect(isNetwork(text)).toBe(false);
  });
});

describe('isWithin()', () => {
  it.each([
    ['10.1.2.3', '10.0.0.0/8', true],
    ['10.1.0.0/16', '10.0.0.0/8', true],
    ['10.0.0.0/8', '10.1.0.0/16', false],
    ['192.0.2.1', '10.0.0.0/8', false],
    ['2001:db8::7', '2001:db8::/32', true],
    ['2001:db8::7', '0.0.0.0/0', false],
    ['fe80::1%eth0', 'fe80::/10', true],
    ['web', '0.0.0.0/0', false],
  ])('%s in %s: %s', (one, network, is) => {
    expect(isWithin(one, network)).toBe(is);
  });
});
