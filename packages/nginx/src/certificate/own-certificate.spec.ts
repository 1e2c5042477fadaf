import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exampleCertificate } from '@fairness-deploy/core/testing';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import { afterAll, describe, expect, it } from 'vitest';
import { tlsSchema } from '../section/tls-schema.js';
import { checkOwnCertificate, ownCertificate } from './own-certificate.js';

const folder = mkdtempSync(join(tmpdir(), 'own-certificate-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const openssl = (...args: readonly string[]): void => {
  execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
};
const pair = exampleCertificate('shop.test', '*.shop.test');
writeFileSync(join(folder, 'shop.pem'), pair.certificate);
writeFileSync(join(folder, 'key.pem'), pair.key);
writeFileSync(join(folder, 'both.pem'), `${pair.certificate}${pair.key}`);
writeFileSync(join(folder, 'empty.pem'), 'no certificate');
openssl('genpkey', '-algorithm', 'ed25519', '-out', 'other.pem');
openssl('pkey', '-in', 'key.pem', '-aes256', '-passout', 'pass:x', '-out', 'locked.pem');
writeFileSync(
  join(folder, 'broken.pem'),
  '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
);

const tlsOf = (certificate: unknown, key: unknown) => tlsSchema.parse({ certificate, key });
const secretOf = (file: string): Text =>
  Text.of(new Secret('shop_key', readFileSync(join(folder, file), 'utf8')));
const issuesOf = (certificate: unknown, key: unknown, names = ['shop.test']) =>
  checkOwnCertificate(tlsOf(certificate, key), names, { path: ['tls'], folder });

describe('a certificate of your own', () => {
  it('is a file or a secret, and so is its key', () => {
    expect(issuesOf('shop.pem', 'key.pem', ['shop.test', '*.shop.test'])).toEqual([]);
    expect(issuesOf(secretOf('shop.pem'), secretOf('key.pem'))).toEqual([]);
  });

  it('has another folder than one of another time, and its key is shown to nobody', () => {
    const own = ownCertificate('shop', tlsOf('shop.pem', 'key.pem'), folder);
    expect(own?.folder).toMatch(/^\/etc\/nginx\/certificates\/own\/shop\/[0-9a-f]{64}$/);
    const plans = own?.resources.map((resource) => JSON.stringify(resource.plan(''))).join('\n');
    expect(plans).toContain('***');
    expect(plans).not.toContain('PRIVATE KEY');
    expect(ownCertificate('shop', tlsSchema.parse(true), folder)).toBeUndefined();
  });

  it.each([
    ['shop.pem', 'other.pem', 'key', 'it belongs to another certificate'],
    ['shop.pem', 'locked.pem', 'key', 'it has a passphrase'],
    ['shop.pem', 'shop.pem', 'key', 'Cannot read the key: expected PEM'],
    ['both.pem', 'key.pem', 'certificate', 'it holds a "PRIVATE KEY" as well'],
    ['empty.pem', 'key.pem', 'certificate', 'Cannot read the certificate: expected PEM'],
    ['broken.pem', 'key.pem', 'certificate', 'Cannot read the certificate: it is damaged'],
    ['none.pem', 'key.pem', 'certificate', 'Cannot read'],
    ['shop.pem', '-----BEGIN PRIVATE KEY-----', 'key', 'Cannot use PEM that is written into'],
  ])('is refused: %s with %s, at %s: %s', (certificate, key, at, message) => {
    expect(issuesOf(certificate, key)).toMatchObject([
      { path: ['tls', at], message: expect.stringContaining(message) as string },
    ]);
  });

  it('is refused when it is for other names', () => {
    expect(issuesOf('shop.pem', 'key.pem', ['shop.test', 'www.test'])).toMatchObject([
      { path: ['tls', 'certificate'], message: 'it is not for www.test' },
    ]);
  });

  it('is not refused when it has expired: status says so', () => {
    openssl(
      ...['x509', '-in', 'shop.pem', '-signkey', 'key.pem', '-days', '-1', '-out', 'expired.pem'],
      ...['-copy_extensions', 'copyall'],
    );
    expect(issuesOf('expired.pem', 'key.pem')).toEqual([]);
  });
});
