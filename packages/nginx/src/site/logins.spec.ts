import { createHash } from 'node:crypto';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import { expect, it } from 'vitest';
import { loginsFile } from './logins.js';

it('loginsFile() has a salted hash of each password, and shows none', () => {
  const password = Text.of(new Secret('staff', 'sesame'));
  const file = loginsFile('shop', { staff: password, other: password });
  expect(String(file)).toBe('staff:***\nother:***\n');
  const [first = '', second = ''] = file.reveal().split('\n');
  const [, hash = ''] = /^staff:\{SSHA\}(.*)$/.exec(first) ?? [];
  const bytes = Buffer.from(hash, 'base64');
  const salted = createHash('sha1').update('sesame').update(bytes.subarray(20)).digest();
  expect(bytes.subarray(0, 20)).toEqual(salted);
  expect(bytes).toHaveLength(36);
  expect(second.slice('other:'.length)).not.toBe(first.slice('staff:'.length));
  expect(loginsFile('shop', { staff: password }).reveal()).toBe(`${first}\n`);
});
