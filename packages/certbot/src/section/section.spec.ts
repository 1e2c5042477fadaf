import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exampleApplication, exampleEnvironment } from '@fairness-deploy/core/testing';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import { afterAll, describe, expect, it } from 'vitest';
import { authorityOf } from './authority.js';
import { lineagesOf } from './lineages.js';
import { sectionSchema } from './section.js';
import { validateSection } from './validate-section.js';

const folder = mkdtempSync(join(tmpdir(), 'fd-certbot-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
writeFileSync(join(folder, 'auth.sh'), '');
writeFileSync(join(folder, 'ca.pem'), '-----BEGIN CERTIFICATE-----\n');
writeFileSync(join(folder, 'key.pem'), '-----BEGIN PRIVATE KEY-----\n');

const email = 'ops@example.org';
const tls = { port: 443 };
const shop = { domains: ['shop.test', 'www.shop.test'], tls };
const hmacKey = Text.of(new Secret('eab', 'x1'));
const application = exampleApplication({ processes: [] });
const environment = (written: object) => {
  const sites = Object.fromEntries(
    Object.entries(written).map(([name, site]) => [name, { listen: 80, ...(site as object) }]),
  );
  return exampleEnvironment({ folder, application, sections: { nginx: { sites } } });
};

describe('the section certbot', () => {
  it.each<readonly [object, string]>([
    [{ email: 'ops' }, 'email: expected an address such as ops@example.org, or none'],
    [{ email: 'a@b.org, c@d.org' }, 'email: expected an address'],
    [{}, 'email: expected an address'],
    [{ email, server: 'letsencript' }, 'server: expected letsencrypt, letsencrypt-staging, or'],
    [{ email, server: 'http://ca.test/directory' }, 'server: expected letsencrypt'],
    [{ email, server: 'https://me:x@ca.test/directory' }, 'server: expected letsencrypt'],
    [
      { email, dryRunServer: 'staging' },
      'dryRunServer: expected letsencrypt-staging, the https URL',
    ],
    [{ email, keyType: 'ed25519' }, 'keyType: expected ecdsa or rsa'],
    [{ email, eab: { kid: 'k', hmacKey: 'open' } }, 'eab.hmacKey: expected a secret'],
    [{ email, publicAddresses: ['router'] }, 'publicAddresses.0: expected an IP address'],
    [
      { email, certificates: { a: { domains: ['-'] } } },
      'certificates.a.domains.0: expected a domain',
    ],
  ])('refuses %j', (value, message) => {
    const { error } = sectionSchema.safeParse(value);
    const said = error?.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    expect(said?.length).toBe(1);
    expect(said?.[0]).toContain(message);
  });

  it.each<readonly [object, object, readonly string[]]>([
    [{}, { shop }, []],
    [{ dns: { authHook: 'auth.sh' }, caCertificate: 'ca.pem' }, { shop }, []],
    [{}, {}, [': there is nothing to certify']],
    [
      {},
      { shop: { ...shop, listen: 8080 } },
      ['nginx.sites.shop.listen: a CA asks on port 80, and the site listens for http on 8080'],
    ],
    [{ challenge: 'dns', dns: { authHook: 'auth.sh' } }, { shop: { ...shop, listen: 8080 } }, []],
    [{}, { shop: { tls } }, ['nginx.sites.shop: a CA certifies only names']],
    [
      { dns: { authHook: 'no.sh', cleanupHook: 'auth.sh' } },
      { shop },
      ['dns.authHook: there is no file'],
    ],
    [{ caCertificate: 'no.pem' }, { shop }, ['caCertificate: there is no file']],
    [{ caCertificate: '.' }, { shop }, ['caCertificate: cannot read']],
    [{ caCertificate: 'key.pem' }, { shop }, ['caCertificate: expected a certificate in PEM']],
    [{ challenge: 'dns' }, { shop }, ['challenge: the challenge dns needs `dns`']],
    [
      {},
      { shop: { domains: ['*.shop.test'], tls } },
      ['nginx.sites.shop.domains: a CA certifies the wildcard *.shop.test by DNS only'],
    ],
    [
      { certificates: { wild: { domains: ['*.shop.test'] } } },
      { shop },
      ['certificates.wild.domains: a CA certifies the wildcard'],
    ],
    [
      { certificates: { 'shop.test': { domains: ['mail.shop.test'] } } },
      { shop },
      ['certificates.shop.test: another certificate has the name "shop.test" already: sites.shop'],
    ],
    [
      { dns: { authHook: 'auth.sh' } },
      { shop, all: { domains: ['*.shop.test'], tls } },
      ['nginx.sites.all: another certificate has the name "shop.test" already'],
    ],
    [{}, { shop: { domains: ['localhost'], tls } }, ['no name without a dot: localhost']],
    [{ server: 'https://ca.test/' }, { shop: { domains: ['localhost'], tls } }, []],
  ])('judges %j with the sites %j', (value, sites, messages) => {
    const issues = validateSection(sectionSchema.parse({ email, ...value }), environment(sites));
    const said = issues.map(
      ({ within, path, message }) =>
        `${[...(within ? [within] : []), ...path].join('.')}: ${message}`,
    );
    expect(said.length).toBe(messages.length);
    messages.forEach((message, at) => {
      expect(said[at]).toContain(message);
    });
  });

  it('tries with the staging of Let’s Encrypt first, and with another CA only when told', () => {
    const staging = 'https://acme-staging-v02.api.letsencrypt.org/directory';
    const of = (value: object) => authorityOf(sectionSchema.parse({ email, ...value }));
    expect(of({})).toMatchObject({ isLetsEncrypt: true, dryRunServer: staging });
    expect(of({ dryRunServer: 'none' })).not.toHaveProperty('dryRunServer');
    expect(of({ server: 'letsencrypt-staging' })).toEqual({
      server: staging,
      isLetsEncrypt: false,
    });
    const server = 'https://ca.test/directory';
    expect(of({ server, eab: { kid: 'k', hmacKey } })).toEqual({ server, isLetsEncrypt: false });
    expect(of({ server, dryRunServer: `${server}/test` }).dryRunServer).toBe(`${server}/test`);
  });

  it('has a certificate for each site, and further ones; a wildcard goes by DNS', () => {
    const section = sectionSchema.parse({
      ...{ email, dns: { authHook: 'auth.sh' } },
      certificates: { mail: { domains: ['mail.test'], keyType: 'rsa' } },
    });
    const lineages = lineagesOf(
      section,
      environment({ shop, all: { domains: ['*.all.test', 'all.test'], tls }, open: {} }),
    );
    expect(lineages).toEqual([
      {
        ...{ name: 'shop.test', names: shop.domains, keyType: 'ecdsa' },
        challenge: 'http',
        site: 'shop',
        port: 443,
      },
      {
        ...{ name: 'all.test', names: ['*.all.test', 'all.test'], keyType: 'ecdsa' },
        challenge: 'dns',
        site: 'all',
        port: 443,
      },
      { name: 'mail', names: ['mail.test'], keyType: 'rsa', challenge: 'http' },
    ]);
  });
});
