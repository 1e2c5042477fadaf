import type { Plugin, PluginContext, Reached } from '@fairness-deploy/core';
import { exampleContext, newContent } from '@fairness-deploy/core/testing';
import { checkShell } from '@fairness-deploy/shell/testing';
import { describe, expect, it } from 'vitest';
import { afterSites, linkCertificates, linkPlaceholders, tlsSitesOf } from './index.js';
import { plugin } from './nginx-plugin.js';
import { sectionSchema, type Section } from './section/section.js';
import { certificatePlugin } from './testing/certificate-plugin.js';
import { environment } from './testing/environment.js';

const authority = certificatePlugin((site) =>
  site === 'none' ? undefined : `/certificates/${site}`,
);

const contextOf = (sites: unknown): PluginContext<Section> => {
  const nginx = sectionSchema.parse({ sites });
  const of = { ...environment, sections: { nginx } };
  return { ...exampleContext(nginx, of), plugins: [authority] };
};
const urls = (sites: unknown, reached: Reached): readonly string[] => {
  const found = plugin.urls?.(contextOf(sites), reached) ?? [];
  return found.map((one) => (typeof one === 'string' ? one : one.url));
};
const resourcesOf = (sites: unknown) => plugin.resources?.(contextOf(sites)) ?? [];
const shop = {
  domains: ['www.shop.test', '*.shop.test'],
  aliases: ['shop.test'],
  tls: true,
  hsts: { maxAge: 600 },
};

describe('a site with TLS', () => {
  it('is configured so', async () => {
    const sites = { shop, admin: { domains: ['admin.shop.test'], tls: { port: 8443 } } };
    const written = (name: string): string =>
      newContent(resourcesOf(sites), `nginx:sites-enabled/${name}.conf`);
    await expect(written('shop')).toMatchFileSnapshot('testing/golden/tls.conf');
    await expect(written('000-unknown-names-shop')).toMatchFileSnapshot(
      'testing/golden/tls-unknown-names.conf',
    );
  });

  it('has its certificate, or a placeholder, before nginx names it', () => {
    const resources = resourcesOf({ shop });
    const certificates = [
      'directory:/etc/nginx/certificates',
      'directory:/etc/nginx/certificates/live',
      'directory:/etc/nginx/certificates/own',
      'site-certificate:shop',
      'nginx:sites-enabled/shop.conf',
    ];
    const addresses = resources.map(({ address }) => address as string);
    expect(addresses.filter((address) => certificates.includes(address))).toEqual(certificates);
    const site = resources.find(({ address }) => address === 'nginx:sites-enabled/shop.conf');
    expect(site?.after).toContain('site-certificate:shop');
  });

  it('asks other plugins for a certificate of all its names', () => {
    const { environment: of } = contextOf({ shop, plain: { listen: 8080 } });
    expect(tlsSitesOf(of)).toEqual([
      {
        ...{ name: 'shop', names: ['www.shop.test', '*.shop.test', 'shop.test'] },
        ...{ port: 443, httpPort: 80 },
      },
    ]);
    expect(afterSites(of)).toEqual(['nginx:sites-enabled/shop.conf', 'service:nginx']);
    expect(() => resourcesOf({ none: shop })).toThrow(
      'Cannot serve the site "none" by https on the host web: no section gets its certificate there',
    );
  });

  it('is shown to people by https', () => {
    expect(urls({ shop }, { address: 'web' })).toEqual(['https://www.shop.test/']);
    const other = { tls: { port: 8443, certificate: 'a.pem', key: 'b.pem' } };
    expect(urls({ other }, { address: '::1' })).toEqual(['https://[::1]:8443/']);
    const container = { address: '127.0.0.1', publishedPorts: { 443: 40443, 8443: 48443 } };
    expect(urls({ shop }, container)).toEqual(['https://www.shop.test:40443/']);
    expect(urls({ other }, container)).toEqual(['https://127.0.0.1:48443/']);
  });

  it('has scripts without fault', async () => {
    await checkShell(linkCertificates({ shop: '/certificates/shop', 'the-other': '/x y' }));
    await checkShell(linkPlaceholders(['shop']));
    const certificate = resourcesOf({ shop }).find(
      ({ address }) => address === 'site-certificate:shop',
    );
    const change = certificate?.plan('');
    if (!certificate || !change) throw new Error('it has no certificate');
    await checkShell(certificate.read);
    await checkShell(change.apply);
  });
});

describe('the certificate of a site', () => {
  const [certificate] = resourcesOf({ shop }).filter(
    ({ address }) => address === 'site-certificate:shop',
  );
  const planned = (...lines: readonly string[]) =>
    certificate?.plan(lines.map((line) => `${line}\n`).join(''));
  const placeholder = '/etc/nginx/certificates/placeholders/shop';

  /** Of a certificate for these names, to whose names visitors are sent. */
  const names = (...of: readonly string[]) =>
    ['has ', 'sends '].flatMap((word) => of.map((name) => `${word}${name}`));

  it('is the previous one or the placeholder as long as there is no other', () => {
    expect(planned(placeholder, 'yes', 'no', 'yes')).toBeUndefined();
    expect(planned('/certificates/old', 'yes', 'no', 'yes', ...names('a.test'))).toBeUndefined();
    expect(
      planned('/certificates/shop', 'yes', 'yes', 'yes', ...names('a.test', '*.b.test')),
    ).toBeUndefined();
  });

  it.each([
    ['the placeholder', [placeholder, 'yes', 'yes', 'yes']],
    ['/certificates/old', ['/certificates/old', 'yes', 'yes', 'yes']],
    ['/certificates/shop, which is broken', ['/certificates/shop', 'no', 'no', 'yes']],
    // Else nobody would be sent to https for this name.
    ['/certificates/shop', ['/certificates/shop', 'yes', 'yes', 'yes', 'has a.test']],
    ['/certificates/shop', ['/certificates/shop', 'yes', 'yes', 'yes', 'sends a.test']],
  ])('is planned when the link leads to %s', (found, lines) => {
    const to = '/certificates/shop; until it is there, the previous one or a placeholder';
    expect(planned(...lines)?.differences).toMatchObject([
      { field: 'certificate', from: found, to },
    ]);
  });

  it('is planned when nginx has not loaded it', () => {
    expect(planned('/certificates/shop', 'yes', 'yes', 'no')?.differences).toMatchObject([
      { field: 'loaded', from: 'false', to: 'true' },
    ]);
  });
});

describe('the settings of TLS', () => {
  const check = (site: unknown, plugins: readonly Plugin[] = [authority]) => {
    const section = sectionSchema.parse({ sites: { shop: site } });
    return plugin.validate?.(section, environment, plugins) ?? [];
  };
  const names = { domains: ['shop.test'] };

  it('are refused without a certificate to come', () => {
    expect(check({ ...names, tls: true }, [])).toMatchObject([
      { path: ['sites', 'shop', 'tls'], message: 'no section gets a certificate' },
    ]);
    expect(check({ tls: true })).toMatchObject([
      { message: 'a certificate is for names, and the site answers to any name' },
    ]);
    expect(check({ ...names, tls: { certificate: 'none.pem', key: 'none.pem' } })).toMatchObject([
      { path: ['sites', 'shop', 'tls', 'certificate'] },
      { path: ['sites', 'shop', 'tls', 'key'] },
    ]);
  });

  it.each([
    [{ ...names, hsts: true }, ['hsts']],
    [{ aliases: ['www.shop.test'] }, ['aliases']],
    [{ domains: ['*.shop.test'], aliases: ['shop.test'] }, ['aliases']],
    [{ ...names, aliases: ['shop.test'] }, ['aliases', 0]],
    [{ ...names, tls: { port: 80 } }, ['tls', 'port']],
    [{ ...names, tls: { port: 3101 } }, ['tls', 'port']],
  ])('are refused as %j', (site, path) => {
    expect(check(site)).toMatchObject([{ path: ['sites', 'shop', ...path] }]);
  });

  it.each([
    [{ tls: false }, ['tls']],
    [{ tls: { certificate: 'a.pem' } }, ['tls']],
    [{ tls: { key: 'a.pem' } }, ['tls']],
    [{ hsts: { preload: true } }, ['hsts', 'preload']],
    [{ hsts: { preload: true, includeSubDomains: true, maxAge: 60 } }, ['hsts', 'preload']],
    [{ hsts: { maxAge: -1 } }, ['hsts', 'maxAge']],
    [{ aliases: [] }, ['aliases']],
    [{ aliases: ['a;b'] }, ['aliases', 0]],
  ])('are no settings: %j', (site, path) => {
    const issues = sectionSchema.safeParse({ sites: { shop: site } }).error?.issues;
    expect(issues?.map((issue) => issue.path)).toEqual([['sites', 'shop', ...path]]);
  });
});
