import { expect, it } from 'vitest';
import type { Endpoint } from './endpoint.js';
import { identities } from './identities.js';

const ENDPOINT: Endpoint = {
  name: 'web',
  host: '10.0.0.1',
  port: 22,
  user: 'root',
  hostKeyName: '10.0.0.1',
  identityFiles: [],
  identitiesNamed: false,
  identitiesOnly: true,
  agent: undefined,
  timeout: 1000,
};

it('identities() leaves out a key file that never ends, and says so', async () => {
  const of = async (files: Partial<Endpoint>) => {
    const { usable, leftOut } = await identities({ ...ENDPOINT, ...files });
    return { usable, leftOut };
  };
  const leftOut = ['/dev/zero: it is not an ordinary file'];
  expect(await of({ identityFile: '/dev/zero' })).toEqual({ usable: [], leftOut });
  expect(await of({ identityFiles: ['/dev/zero'] })).toEqual({ usable: [], leftOut });
});
