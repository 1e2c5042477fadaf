import { saying } from '@fairness-deploy/shell/testing';
import { describe, expect, it } from 'vitest';
import { chooseHost } from './ssh.js';

const host = (name: string) => ({ name, address: name, sudo: true });

describe('chooseHost()', () => {
  it.each([
    [['web'], undefined, 'web'],
    [['web', 'work'], 'work', 'work'],
  ])('among %j asked for %s finds %s', (names, wanted, expected) => {
    const request = { words: [], ...(wanted !== undefined && { host: wanted }) };
    expect(chooseHost('prod', names.map(host), request).name).toBe(expected);
  });

  it.each([
    [
      ['web', 'work'],
      { words: ['echo', 'a b'] },
      `Cannot open ssh to a host of "prod": there are web, work\n  → npx nx run prod:ssh -- --host=web echo 'a b'`,
    ],
    [
      ['web'],
      { host: 'wbe', words: [] },
      'Cannot open ssh to host "wbe" of "prod": there is web\n  → npx nx run prod:ssh -- --host=web',
    ],
  ])('among %j refuses %j', (names, request, message) => {
    expect(() => chooseHost('prod', names.map(host), request)).toThrow(saying(message));
  });
});
