import { describe, expect, it } from 'vitest';
import { saying } from '@fairness-deploy/shell/testing';
import { OLD_LETSENCRYPT_CONF, OLD_NGINX_CONF, oldSite } from '../testing/old-nginx.js';
import { refuseLostDirectives, withoutAccepted } from './lost-directives.js';
import { oldFile, oldRoutes } from './old-routes.js';

const MAIN = oldFile('nginx.conf', OLD_NGINX_CONF);
const site = (text: string) => oldFile('permacoop.conf', text);
const refuse = (text: string) => () => {
  refuseLostDirectives(MAIN, [site(text)]);
};

describe('refuseLostDirectives()', () => {
  it.each([undefined, 'permacoop.test'])(
    'knows all that the old roles wrote, name %s',
    (domain) => {
      refuseLostDirectives(MAIN, [
        site(oldSite('client', domain)),
        oldFile('letsencrypt.conf', OLD_LETSENCRYPT_CONF),
      ]);
    },
  );

  const pass = 'proxy_pass http://127.0.0.1:1;';
  it.each([
    [`location /admin/ { auth_basic x; ${pass} }`, 'auth_basic in location /admin/', 'basicAuth'],
    [`location /internal/ { ${pass} deny all; }`, 'deny in location /internal/', '.allow'],
    ['location /old { return 301 /new; }', 'return in location /old', 'redirects'],
    ['location /old { return 301 https://other.test; }', 'return', 'redirects'],
    ['return 404;', 'return', 'redirects'],
    ['rewrite ^/a /b break;', 'rewrite', 'redirects'],
    ['include more.conf;', 'include', 'snippet'],
    ['client_max_body_size 500m;', 'client_max_body_size', 'bodyLimit'],
    [`location / { limit_req zone=one; ${pass} }`, 'limit_req', '.limit'],
    [`location / { auth_request /auth; ${pass} }`, 'auth_request', 'snippet'],
    ['satisfy any;', 'satisfy', '.allow'],
    ['if ($host = a) { return 301 https://$host$request_uri; }', 'if', 'snippet'],
    ['ssl_verify_client on;', 'ssl_verify_client', 'snippet'],
    ['listen 127.0.0.1:80;', 'listen', 'listen'],
    ['listen 80 proxy_protocol;', 'listen', 'listen'],
    ['server_name ~^a;', 'server_name', 'domains'],
    ['add_header Strict-Transport-Security max-age=1;', 'add_header', 'hsts'],
    [`location / { ${pass} location /b { deny all; } }`, 'location in location /', 'snippet'],
    [`location / { ${pass} proxy_set_header X-Role admin; }`, 'proxy_set_header', 'snippet'],
    ['location;', 'location', 'snippet'],
  ])('refuses %j', (text, what, advice) => {
    const at = 'permacoop.conf:2 ';
    expect(refuse(`server {\n${text} }`)).toThrow(
      saying(new RegExp(`would be lost:\\n {2}${at}${what}[^]*${advice}[^]*accept: \\['${at}`)),
    );
  });

  it.each([
    ['upstream', 'upstream a { ip_hash; server 127.0.0.1:1; }'],
    ['upstream', 'upstream a { server 127.0.0.1:1 backup; }'],
    ['limit_req_zone', 'limit_req_zone $host zone=a:1m rate=1r/s;'],
  ])('refuses what is beside the servers: %s', (_, text) => {
    expect(refuse(text)).toThrow(/would be lost/);
  });

  it('looks into nginx.conf', () => {
    const main = oldFile('nginx.conf', 'http {\n  client_max_body_size 1g; }\nstream { }');
    expect(() => {
      refuseLostDirectives(main, []);
    }).toThrow(/nginx.conf:2 client_max_body_size: .*bodyLimit\n {2}nginx.conf:3 stream/);
  });

  it('says no value, which may be secret', () => {
    const text = 'server { location / { proxy_set_header Authorization "Basic hidden"; } }';
    expect(refuse(text)).not.toThrow(/hidden/);
    expect(refuse(text)).toThrow(/proxy_set_header/);
  });
});

it('withoutAccepted() leaves out the directives that a person names, and no others', () => {
  const text = `server {
    client_max_body_size 1m;
    location /old { return 301 /new; }
    location ~ x { proxy_pass http://127.0.0.1:2; }
    location / { proxy_pass http://127.0.0.1:1; } }`;
  const accept = [
    ...['permacoop.conf:2 client_max_body_size', 'permacoop.conf:3 return'],
    'permacoop.conf:4 location',
  ];
  const left = withoutAccepted(site(text), accept);
  refuseLostDirectives(undefined, [left]);
  expect(oldRoutes([left])).toEqual([{ path: '/', ports: [1] }]);
  const other = ['other.conf:2 client_max_body_size', 'permacoop.conf:3 client_max_body_size'];
  expect(() => {
    refuseLostDirectives(undefined, [withoutAccepted(site(text), other)]);
  }).toThrow(/permacoop.conf:2 client_max_body_size/);
});
