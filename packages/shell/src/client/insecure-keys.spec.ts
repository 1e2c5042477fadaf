import { expect, it } from 'vitest';
import { isInsecureKey, namesInsecureKey } from './insecure-keys.js';

const RSA =
  'AAAAB3NzaC1yc2EAAAABIwAAAQEA6NF8iallvQVp22WDkTkyrtvp9eWW6A8YVr+kz4TjGYe7gHzIw+niNltGEFHzD8+v1I2YJ6oXevct1YeS0o9HZyN1Q9qgCgzUFtdOKLv6IedplqoPkcmF0aYet2PkEDo3MlTBckFXPITAMzF8dJSIFo9D8HfdOV0IAdx4O7PtixWKn5y2hMNG0zQPyUecp4pzC6kivAIhyfHilFR61RGL+GPXQ2MWZWFYbAGjyiYJnAmCP3NOTd0jMZEnDkbUvxhMmBYSdETk1rRgm+R4LOzFUGaHqHDLKLX+FIPKcF96hrucXzcWyLbIbEgE98OHlnVYCzRdK8jlqm8tehUc9c9WhQ==';

it('isInsecureKey() knows Vagrant’s keys, and no other', () => {
  expect(isInsecureKey(Buffer.from(RSA, 'base64'))).toBe(true);
  expect(isInsecureKey(Buffer.from(RSA.replace('1yc2E', '1yc2F'), 'base64'))).toBe(false);
  expect(isInsecureKey(Buffer.alloc(0))).toBe(false);
});

it('namesInsecureKey() finds one in a text', () => {
  expect(namesInsecureKey(`from="10.0.0.1" ssh-rsa ${RSA} x\n`)).toBe(true);
  expect(namesInsecureKey('ssh-rsa AAAAB3NzaC1yc2E= x\n')).toBe(false);
});
