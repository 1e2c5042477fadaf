import { describe, expect, it } from 'vitest';
import { candidateSubnets, chooseSubnet, numberOf, overlaps } from './subnet.js';

describe('overlaps()', () => {
  it.each([
    ['10.213.84.0/24', true],
    ['10.0.0.0/8', true],
    ['0.0.0.0/0', true],
    ['10.213.84.77', true],
    ['10.213.84.128/25', true],
    ['10.213.85.0/24', false],
    ['10.213.0.0/18', false],
    ['192.168.0.0/16', false],
    ['fd00::/64', false],
  ])('of 10.213.84 with %s is %s', (network, expected) => {
    expect(overlaps('10.213.84', network)).toBe(expected);
  });
});

describe('chooseSubnet()', () => {
  it('takes the first that is free', () => {
    expect(chooseSubnet(['192.0.2.0/24'])).toBe(candidateSubnets[0]);
    expect(chooseSubnet([`${candidateSubnets[0] ?? ''}.0/24`])).toBe(candidateSubnets[1]);
  });

  it('finds none where all are in use', () => {
    expect(chooseSubnet(['0.0.0.0/1', '128.0.0.0/1'])).toBeUndefined();
  });
});

it.each([
  ['10.1.1.10', 10],
  ['10.1.1.250', 250],
  ['10.1.1.1', undefined],
  ['10.1.1.251', undefined],
  ['10.1.2.10', undefined],
  ['10.1.1.010', undefined],
  ['10.1.1.10 ', undefined],
])('numberOf() of %j is %s', (address, number) => {
  expect(numberOf('10.1.1', address)).toBe(number);
});
