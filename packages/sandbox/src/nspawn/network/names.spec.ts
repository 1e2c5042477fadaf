import { expect, it } from 'vitest';
import { bridge, macAddress, namespaceName } from './names.js';
import { lastNumber } from './subnet.js';

it('interface names fit into the 15 characters that Linux allows', () => {
  expect(bridge.length).toBeLessThanOrEqual(15);
  expect(namespaceName(lastNumber).length).toBeLessThanOrEqual(15);
});

it('macAddress() is locally administered and differs by side and number', () => {
  const addresses = [
    macAddress('host', 10),
    macAddress('machine', 10),
    macAddress('host', 250),
    macAddress('bridge', 1),
  ];
  expect(addresses).toEqual([
    '02:fd:5b:00:01:0a',
    '02:fd:5b:00:02:0a',
    '02:fd:5b:00:01:fa',
    '02:fd:5b:00:ff:01',
  ]);
});
