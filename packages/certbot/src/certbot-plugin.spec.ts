import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  exampleApplication,
  exampleContext,
  exampleEnvironment,
  newContent,
} from '@fairness-deploy/core/testing';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import { checkShell } from '@fairness-deploy/shell/testing';
import { lines } from '@fairness-deploy/shell';
import { afterAll, describe, expect, it } from 'vitest';
import { plugin } from './certbot-plugin.js';
import { sectionSchema } from './section/section.js';

const folder = mkdtempSync(join(tmpdir(), 'fd-certbot-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
writeFileSync(join(folder, 'auth.sh'), '#!/bin/sh\n');
writeFileSync(join(folder, 'ca.pem'), '-----BEGIN CERTIFICATE-----\n');

const sites = {
  shop: { domains: ['shop.test'], aliases: ['www.shop.test'], tls: { port: 443 } },
  own: { domains: ['own.test'], tls: { port: 443, certificate: 'x', key: 'x' } },
};
const environment = exampleEnvironment({
  ...{ folder, application: exampleApplication({ processes: [] }) },
  sections: { nginx: { sites } },
});
const context = (value: object) =>
  exampleContext(sectionSchema.parse({ email: 'none', ...value }), environment);
const resources = (value: object = {}) => plugin.resources?.(context(value)) ?? [];

/** What the read of a certificate prints. */
const read = (names: string, renewal: string, state = 'valid') => `X509v3 Subject Alternative Name: 
    ${names}
state: ${state}
--- renewal
[renewalparams]
${renewal}
`;
const RENEWAL = `key_type = ecdsa
server = https://acme-v02.api.letsencrypt.org/directory
authenticator = webroot
webroot_path = /var/lib/fairness-deploy-challenges,`;
const NAMES = 'DNS:shop.test, DNS:www.shop.test';

describe('the plugin certbot', () => {
  it('has a certificate for each site that brings none, after nginx', () => {
    const all = resources();
    const [certificate, ...others] = all.filter(({ address }) =>
      address.startsWith('certificate:'),
    );
    expect(others).toEqual([]);
    expect(certificate?.address).toBe('certificate:shop.test');
    expect(certificate?.after).toEqual(
      expect.arrayContaining(['nginx:sites-enabled/shop.conf', 'apt:packages']),
    );
    expect(certificate?.follows).toContain('certbot:other-renewals');
    expect(certificate?.after).not.toContain('certbot:other-renewals');
    // After a revocation, the next deployment issues a new one.
    expect(certificate?.atDeployment).toBe('applied');
  });

  it.each<readonly [string, string, readonly object[] | undefined]>([
    ['as wanted', read(NAMES, RENEWAL), undefined],
    [
      'without a name',
      read('DNS:shop.test', RENEWAL),
      [
        {
          kind: 'text',
          field: 'names',
          hunks: expect.stringContaining('+www.shop.test') as string,
        },
      ],
    ],
    [
      'expired',
      read(NAMES, RENEWAL, 'expired'),
      [{ kind: 'value', field: 'state', from: 'expired', to: 'valid' }],
    ],
    [
      'of another set-up',
      read(
        NAMES,
        RENEWAL.replace('ecdsa', 'rsa').replace(
          /authenticator = .*/,
          'authenticator = standalone\npre_hook = x',
        ),
      ),
      [
        { kind: 'value', field: 'key type', from: 'rsa', to: 'ecdsa' },
        {
          kind: 'value',
          field: 'challenge',
          from: 'standalone',
          to: 'webroot /var/lib/fairness-deploy-challenges',
        },
        { kind: 'value', field: 'hooks', from: 'pre_hook: x', to: '' },
      ],
    ],
  ])('plans a certificate that is %s', (_, output, differences) => {
    const certificate = resources().find(({ address }) => address.startsWith('certificate:'));
    expect(certificate?.plan(output)?.differences).toEqual(differences);
  });

  it('gives the programs for DNS their variables in a file, and shows no secret', () => {
    const token = Text.of(new Secret('dns_token', 'x1 y2'));
    const all = resources({
      dns: { authHook: 'auth.sh', env: { TOKEN: token } },
      challenge: 'dns',
    });
    const path = '/var/lib/fairness-deploy/certbot/shop';
    expect(newContent(all, `file:${path}/dns-auth`)).toBe(`#!/bin/sh
# Managed by fairness-deploy: changes made here are overwritten by the next provision.
set -eu
. ${path}/dns-variables
exec ${path}/own-dns-auth "$@"
`);
    const variables = all.find(({ address }) => address === `file:${path}/dns-variables`)?.plan('');
    expect(JSON.stringify(variables)).not.toContain('x1 y2');
    expect(variables?.apply.reveal()).toContain('x1 y2');
  });

  it('lets the timer trust the private CAs of all environments besides those of the system', () => {
    const dropIn = newContent(resources({ caCertificate: 'ca.pem' }), 'unit-drop-in:certbot');
    expect(dropIn).toContain('/var/lib/fairness-deploy/certbot/cas/*.pem >');
    // Another environment of the host may have one.
    expect(newContent(resources(), 'unit-drop-in:certbot')).toBe(dropIn);
    const of = (section?: object) =>
      resources(section).find(({ address }) => address.endsWith('/cas/shop.pem'));
    expect(of({ caCertificate: 'ca.pem' })?.plan('')?.action).toBe('create');
    expect(of()?.plan('')).toBeUndefined();
  });

  it('claims its certificates', () => {
    expect(plugin.claims?.(context({ caCertificate: 'ca.pem' }))).toEqual([
      { what: 'the certificate shop.test', is: 'for shop' },
    ]);
  });

  it('is scripts without fault', async () => {
    const all = resources({
      dns: { authHook: 'auth.sh' },
      caCertificate: 'ca.pem',
      certificates: { wild: { domains: ['*.wild.test'] } },
    });
    for (const resource of all.filter(({ address }) => address.startsWith('cert'))) {
      await checkShell(resource.read);
      const change = resource.plan('');
      await checkShell(lines(...(change ? [change.apply] : [])));
    }
    expect(newContent(all, 'file:/etc/letsencrypt/renewal-hooks/deploy/fairness-deploy')).toContain(
      'systemctl reload nginx',
    );
  });
});
