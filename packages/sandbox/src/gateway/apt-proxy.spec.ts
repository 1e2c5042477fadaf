import { expect, it } from 'vitest';
import { addressAt, aptUpstream, maximumAge } from './apt-proxy.js';

const configuration = {
  apt: [{ url: 'https://mirror.example/debian/' }],
  npm: { url: 'https://registry.example/' },
  certificates: [],
};

it.each([
  ['http://mirror.example/debian/pool/main/a/a.deb', true],
  ['http://mirror.example/ubuntu/pool/main/a/a.deb', false],
  ['http://mirror.example/debian/../secret', false],
  ['http://elsewhere.example/debian/pool/main/a/a.deb', false],
  ['http://127.0.0.1/debian/', false],
])('aptUpstream() knows %s: %s', (url, known) => {
  expect(aptUpstream(configuration, new URL(url)) !== undefined).toBe(known);
});

it.each([
  [
    'http://mirror.example//127.0.0.1:18999/secret?x',
    'https://mirror.example//127.0.0.1:18999/secret?x',
  ],
  ['http://mirror.example/debian/a?b=c', 'https://mirror.example/debian/a?b=c'],
])('addressAt() stays with the upstream for %s', (url, target) => {
  expect(addressAt({ url: 'https://mirror.example/' }, new URL(url)).href).toBe(target);
});

it('maximumAge() keeps for ever what never changes', () => {
  expect(maximumAge('/debian/pool/main/a/a_1_amd64.deb')).toBe(Infinity);
  expect(maximumAge('/debian/dists/x/main/by-hash/SHA256/00')).toBe(Infinity);
  expect(maximumAge('/debian/dists/x/InRelease')).toBe(600_000);
});
