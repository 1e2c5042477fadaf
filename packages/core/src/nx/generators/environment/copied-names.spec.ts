import { describe, expect, it } from 'vitest';
import { copiedAddress, copiedName, copiedUrl } from './copied-names.js';

const KNOWN = { environment: 'staging', from: 'shop.example', to: 'try.example' };
const UNKNOWN = { environment: 'staging' };

describe('copiedName()', () => {
  it.each([
    ['shop.example', KNOWN, 'try.example'],
    ['www.shop.example', KNOWN, 'www.try.example'],
    ['*.shop.example', KNOWN, '*.try.example'],
    // Not below it, although it ends with the same letters.
    ['myshop.example', KNOWN, 'staging.myshop.example'],
    ['other.example', KNOWN, 'staging.other.example'],
    ['shop.example', UNKNOWN, 'staging.shop.example'],
    ['*.shop.example', UNKNOWN, '*.staging.shop.example'],
  ])('%s with %j is %s', (name, names, copy) => {
    expect(copiedName(name, names)).toBe(copy);
  });
});

it.each([
  ['203.0.113.10', 'staging.example.org'],
  ['2001:db8::1', 'staging.example.org'],
  ['my-alias', 'staging.example.org'],
  ['shop.example', 'try.example'],
])('copiedAddress() of %s is %s', (address, copy) => {
  expect(copiedAddress(address, KNOWN)).toBe(copy);
});

it.each([
  ['https://shop.example', 'https://try.example'],
  ['https://shop.example/', 'https://try.example/'],
  ['https://shop.example:8443/a?b=1', 'https://try.example:8443/a?b=1'],
  ['http://localhost:3080', 'http://localhost:3080'],
])('copiedUrl() of %s is %s', (url, copy) => {
  expect(copiedUrl(url, KNOWN)).toBe(copy);
});
