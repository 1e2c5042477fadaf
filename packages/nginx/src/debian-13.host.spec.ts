import { type Application } from '@fairness-deploy/core';
import { exampleCertificate } from '@fairness-deploy/core/testing';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { sh, type Connection } from '@fairness-deploy/shell';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { application as shop } from './testing/environment.js';
import { SiteHost } from './testing/site-host.js';

let test: TestHost;
let connection: Connection;
let host: SiteHost;

beforeAll(async () => {
  test = await startTestHost('nginx-debian-13', { release: 'trixie' });
  connection = await test.connect();
  host = await SiteHost.on(connection);
});
afterAll(async () => {
  await connection.close();
  await test.stop();
});

describe('on Debian 13', () => {
  const site: Application = {
    ...shop,
    processes: [],
    static: [{ path: '/', folder: 'dist', cache: 'revalidate', notFound: '404.html' }],
  };

  it('nginx serves a site and knows no others', async () => {
    expect(await host.succeed(sh`cat /etc/debian_version`)).toMatch(/^13\./);
    const section = { sites: { shop: { domains: ['shop.test'] } } };
    await host.provision(section, site);
    const release = host.release(site, section, 'blue');
    await release.make({ 'dist/index.html': 'one', 'dist/404.html': 'nowhere' });
    await release.goLive();
    expect(await host.get('/', '-H', 'Host: shop.test')).toMatchObject({
      status: 200,
      headers: { 'cache-control': expect.any(String) as string },
      body: 'one',
    });
    expect(await host.get('/no', '-H', 'Host: shop.test')).toMatchObject({
      status: 404,
      body: 'nowhere',
    });
    expect(await host.get('/')).toMatchObject({ status: 421 });
  });

  it('a second provisioning changes nothing', async () => {
    const before = await host.succeed(sh`nginx -T 2>/dev/null | sha256sum; nginx -t 2>&1`);
    await host.provision({ sites: { shop: { domains: ['shop.test'] } } }, site);
    expect(await host.succeed(sh`nginx -T 2>/dev/null | sha256sum; nginx -t 2>&1`)).toBe(before);
    expect(before).not.toMatch(/warn|deprecated/);
  });

  it('nginx speaks HTTP/3, and says so', async () => {
    const { certificate, key } = exampleCertificate('shop.test');
    const tls = {
      certificate: Text.of(new Secret('certificate', certificate)),
      key: Text.of(new Secret('key', key)),
    };
    await host.provision({ http3: true, sites: { shop: { domains: ['shop.test'], tls } } }, site);
    const here = ['--insecure', '--resolve', 'shop.test:443:127.0.0.1'];
    const { status, headers } = await host.get('https://shop.test/', ...here);
    expect([status, headers['alt-svc']]).toEqual([200, 'h3=":443"; ma=86400']);
    const version = sh`curl -sS -o /dev/null -w '%{http_version}' ${here}`;
    expect(await host.succeed(sh`${version} https://shop.test/`)).toBe('2');
    expect(await host.succeed(sh`${version} --http3-only https://shop.test/`)).toBe('3');
  });
});
