import { expect, it } from 'vitest';
import { endpointOf } from './endpoint.js';
import { checkHostKey } from './host-key-check.js';

/** A public key as it travels (RFC 4253, section 6.6), as far as its type is concerned. */
function keyOf(type: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return Buffer.concat([length, Buffer.from(type), Buffer.alloc(40, 1)]);
}

it.each([
  ['ssh-ed25519', 'ed25519'],
  ['ssh-rsa', 'rsa'],
  ['ecdsa-sha2-nistp256', 'ecdsa'],
])('checkHostKey() says how a machine tells its own key of type %s', (type, name) => {
  const client = { home: '/home/ann', user: 'ann', env: {}, options: () => new Map() };
  const wanted = { name: 'web', address: '203.0.113.10' };
  const endpoint = endpointOf(wanted, wanted.address, new Map(), client);
  expect(checkHostKey(endpoint, keyOf(type), [], '/known_hosts')?.hint).toMatch(
    new RegExp(`on its console: ssh-keygen -lf /etc/ssh/ssh_host_${name}_key\\.pub$`),
  );
});
