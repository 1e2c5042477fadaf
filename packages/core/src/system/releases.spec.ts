import { describe, expect, it } from 'vitest';
import { hasVersion, SUPPORTED_RELEASES, type PackageVersions } from './releases.js';

const packages: PackageVersions = {
  ...{ nginx: '1.18', postgresql: '13', supervisor: '4.2.2', certbot: '1.12', git: '2.30' },
  ...{ python: '3.9', openssl: '1.1.1', sudo: '1.9.5', systemd: '247' },
};

describe('hasVersion()', () => {
  it.each([
    ['nginx', '1.18', true],
    ['nginx', '1.18.0', true],
    ['nginx', '1.18.1', false],
    ['nginx', '1.9', true],
    ['nginx', '1.19.4', false],
    ['git', '2.4', true],
    ['git', '2.31', false],
    ['git', '3', false],
    ['sudo', '1.9', true],
    ['sudo', '1.9.5', true],
    ['sudo', '1.10', false],
  ] as const)('of %s, at least %s: %s', (name, least, is) => {
    expect(hasVersion({ packages }, name, least)).toBe(is);
  });
});

it('SUPPORTED_RELEASES names each release once', () => {
  expect(SUPPORTED_RELEASES).toBe('Debian 11, 12, 13; Ubuntu 22.04, 24.04');
});
