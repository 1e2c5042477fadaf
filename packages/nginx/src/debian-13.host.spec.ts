import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Application } from '@fairness-deploy/core';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import {
  findingsWorseThan,
  makeOwnAuthority,
  scanTls,
  startTestHost,
} from '@fairness-deploy/sandbox/testing';
import { sh } from '@fairness-deploy/shell';
import { afterAll, describe, expect, it } from 'vitest';
import { application as shop } from './testing/environment.js';
import { useSiteHost } from './testing/site-host.js';

const folder = mkdtempSync(join(tmpdir(), 'nginx-debian-13-'));
const authority = makeOwnAuthority(folder, 'Authority of the test').then((own) => ({
  own,
  root: readFileSync(own.certificateFile, 'utf8'),
}));

const host = useSiteHost(() => startTestHost('nginx-debian-13', { release: 'trixie' }));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A site with a certificate of its own. */
async function certified(): Promise<unknown> {
  const { own } = await authority;
  const { certificateFile, keyFile } = await own.issue('shop', ['shop.test']);
  const read = (name: string, file: string): Text =>
    Text.of(new Secret(name, readFileSync(file, 'utf8')));
  const tls = { certificate: read('certificate', certificateFile), key: read('key', keyFile) };
  return { domains: ['shop.test'], tls, hsts: true };
}

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

  it('a second provisioning would change nothing', async () => {
    const driftWith = (domain: string) =>
      host.drift({ sites: { shop: { domains: [domain] } } }, site);
    expect(await driftWith('shop.test')).toEqual([]);
    expect(await driftWith('other.test')).toEqual(['nginx:sites-enabled/shop.conf']);
    expect(await host.succeed(sh`nginx -t 2>&1`)).not.toMatch(/warn|deprecated/);
  });

  it('nginx speaks HTTP/3, and says so', async () => {
    await host.provision({ http3: true, sites: { shop: await certified() } }, site);
    const here = ['--insecure', '--resolve', 'shop.test:443:127.0.0.1'];
    const { status, headers } = await host.get('https://shop.test/', ...here);
    expect([status, headers['alt-svc']]).toEqual([200, 'h3=":443"; ma=86400']);
    const version = sh`curl -sS -o /dev/null -w '%{http_version}' ${here}`;
    expect(await host.succeed(sh`${version} https://shop.test/`)).toBe('2');
    expect(await host.succeed(sh`${version} --http3-only https://shop.test/`)).toBe('3');
  });

  it('a site has the best grade of testssl.sh', async () => {
    const { root } = await authority;
    const report = await scanTls(host.connection, {
      name: 'shop.test',
      address: '127.0.0.1',
      root,
    });
    expect(findingsWorseThan('LOW', report)).toEqual([]);
    expect(report.grade).toBe('A+');
  });
});
