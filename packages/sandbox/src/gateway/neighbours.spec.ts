import { expect, it } from 'vitest';
import { neighboursOf } from './neighbours.js';

const IPV4 = { family: 'IPv4', mac: '', internal: false } as const;
const interfaces = {
  bridge: [{ ...IPV4, address: '10.89.0.1', netmask: '255.255.255.0', cidr: '10.89.0.1/24' }],
  eth0: [{ ...IPV4, address: '192.0.2.2', netmask: '255.255.255.0', cidr: '192.0.2.2/24' }],
};

it.each([
  ['10.89.0.1', true],
  ['10.89.0.7', true],
  ['::ffff:10.89.0.7', true],
  ['10.89.1.7', false],
  ['192.0.2.9', false],
  ['::1', false],
  [undefined, false],
])('neighboursOf() the address of a bridge has %s: %s', (client, expected) => {
  expect(neighboursOf('10.89.0.1', interfaces)(client)).toBe(expected);
});

it('neighboursOf() an address that no interface has is that one alone', () => {
  const isNeighbour = neighboursOf('10.1.1.1', interfaces);
  expect([isNeighbour('10.1.1.1'), isNeighbour('10.1.1.2')]).toEqual([true, false]);
});
