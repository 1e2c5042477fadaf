import { describe, expect, it } from 'vitest';
import { aptProxy, downloadSettings, environmentProxy } from './apt-settings.js';

const url = new URL('http://mirror.example/debian/');

it('downloadSettings() keeps how downloads are judged, and no proxy', () => {
  const dump = [
    'Acquire::Check-Valid-Until "false";',
    'Acquire::Languages "";',
    'Acquire::Languages:: "none";',
    'Acquire::http::Proxy "http://proxy.example:3128";',
    'APT::Architecture "amd64";',
  ].join('\n');
  expect(downloadSettings(dump)).toBe(
    'Acquire::Check-Valid-Until "false";\nAcquire::Languages "";\nAcquire::Languages:: "none";\n',
  );
});

describe('aptProxy()', () => {
  it('prefers the setting for one server', () => {
    const dump =
      'Acquire::http::Proxy "http://all.example:1";\nAcquire::http::proxy::mirror.example "DIRECT";';
    expect(aptProxy(dump, url)).toBeUndefined();
    expect(aptProxy(dump, new URL('http://other.example/'))).toBe('http://all.example:1');
  });

  it('falls back to http’s proxy for https, and to the environment', () => {
    const https = new URL('https://mirror.example/');
    expect(aptProxy('Acquire::http::Proxy "http://p.example:1";', https)).toBe(
      'http://p.example:1',
    );
    expect(aptProxy('', https, { HTTPS_PROXY: 'http://e.example:1' })).toBe('http://e.example:1');
  });
});

describe('environmentProxy()', () => {
  it.each([
    ['mirror.example', undefined],
    ['.example', undefined],
    ['*', undefined],
    ['rror.example', 'http://p.example:1'],
    ['', 'http://p.example:1'],
  ])('heeds no_proxy=%j', (no_proxy, expected) => {
    expect(environmentProxy(url, { http_proxy: 'http://p.example:1', no_proxy })).toBe(expected);
  });
});
