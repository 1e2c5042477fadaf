import type { Identities, Keys } from '../file/keys.js';

/** Keys that are there already. */
export function fixedKeys(password: string, identities: Identities['keys'] = []): Keys {
  return {
    password: () => Promise.resolve({ bytes: Buffer.from(password), from: 'the test' }),
    identities: () => Promise.resolve({ keys: identities, from: ['the test'] }),
  };
}
