import { expect, it } from 'vitest';
import { publicAgeKey } from './age-key.js';
import { bech32 } from './bech32.js';
import { x25519 } from './x25519.js';

it('bech32() encodes keys as age does', async () => {
  for (const byte of [0, 1, 127, 255]) {
    const scalar = new Uint8Array(32).fill(byte);
    const identity = bech32('age-secret-key-', scalar).toUpperCase();
    expect(await publicAgeKey(identity)).toBe(bech32('age', x25519(scalar)));
  }
});

it('bech32() passes a vector of BIP 173', () => {
  expect(bech32('a', new Uint8Array())).toBe('a12uel5l');
});
