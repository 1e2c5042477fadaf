import type { Keys } from '../file/keys.js';

/** Keys that are there already. */
export function fixedKeys(password: string, identities: readonly string[] = []): Keys {
  return {
    password: () => Promise.resolve({ bytes: Buffer.from(password), from: 'the test' }),
    identities: () => Promise.resolve({ keys: identities, from: ['the test'] }),
  };
}
