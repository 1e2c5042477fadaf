import { saying } from '@fairness-deploy/shell/testing';
import { describe, expect, it } from 'vitest';
import { OLD_LETSENCRYPT_CONF, oldSite } from '../testing/old-nginx.js';
import { oldFile, oldReach, oldRoutes } from './old-routes.js';

const routesOf = (text: string) => oldRoutes([oldFile('permacoop.conf', text)]);
const server = (location: string): string =>
  `upstream two { server 127.0.0.1:1; server localhost:2; }
   upstream far { server 10.0.0.1:80; }
   server { ${location} }`;

describe('oldRoutes()', () => {
  it.each([
    ['client', undefined],
    ['client_proxy', 'permacoop.test'],
  ])('finds the programs of the old site, with %s and the name %s', (client, domain) => {
    const files = [
      oldFile('permacoop.conf', oldSite(client, domain)),
      oldFile('letsencrypt.conf', OLD_LETSENCRYPT_CONF),
    ];
    expect(oldRoutes(files)).toEqual([
      { path: '/api/', ports: [3000] },
      { path: '/', ports: [3001] },
    ]);
  });

  it('knows several servers of an upstream, and addresses without one', () => {
    const text = `upstream two { server 127.0.0.1:1; server localhost:2 weight=2; }
      server {
        location / { proxy_pass http://two; }
        location /b { proxy_pass http://127.0.0.1:3; }
        location = /favicon.ico { access_log off; }
      }`;
    expect(routesOf(text)).toEqual([
      { path: '/', ports: [1, 2] },
      { path: '/b', ports: [3] },
    ]);
  });

  it.each([
    ['location ~ /x { proxy_pass http://two; }', '"location ~ /x" is not a plain path'],
    ['location = /x { proxy_pass http://two; }', '"location = /x" is not a plain path'],
    ['location /x { proxy_pass http://two/; }', 'names no port of this host, or another path'],
    ['location /x { proxy_pass http://$to; }', 'names no port of this host, or another path'],
    ['location /x { proxy_pass https://two; }', 'names no port of this host, or another path'],
    ['location /x { root /srv; }', '"location /x" shows files'],
    [
      'location /x { proxy_pass http://two; } location /x { proxy_pass http://127.0.0.1:9; }',
      '"location /x" leads to two places',
    ],
    [
      'location / { proxy_pass http://two; } } server { location /admin { proxy_pass http://127.0.0.1:3; }',
      'the server in line 3 has other locations than one before it',
    ],
    ['', 'a server of "upstream far" is not a port of this host'],
    ['location /x { proxy_pass', 'unexpected "}" in line 3'],
  ])('refuses %j', (location, message) => {
    const text = message.includes('far')
      ? server(location)
      : server(location).replace(/.*far.*/, '');
    expect(() => routesOf(text)).toThrow(
      saying(new RegExp(`Cannot take over the old site: permacoop.conf: .*${escaped(message)}`)),
    );
  });
});

it('oldReach() finds the ports and the names of the old site', () => {
  const reach = (domain?: string) =>
    oldReach([
      oldFile('permacoop.conf', oldSite('client', domain)),
      ...(domain === undefined ? [] : [oldFile('letsencrypt.conf', OLD_LETSENCRYPT_CONF)]),
    ]);
  expect(reach('permacoop.test')).toEqual({
    ...{ ports: [443, 80], names: ['permacoop.test'], anyName: false },
  });
  expect(reach()).toEqual({ ports: [80], names: [], anyName: true });
});

function escaped(text: string): string {
  return text.replaceAll(/[$().*+?[\\\]^{|}]/g, '\\$&');
}
