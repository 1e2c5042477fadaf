import { checkShell } from '@fairness-deploy/shell/testing';
import { describe, expect, it } from 'vitest';
import {
  certificateCheck,
  judgeCertificate,
  parseState,
  type CheckedCertificate,
} from './certificate-check.js';

const certificate: CheckedCertificate = {
  ...{ name: 'shop', file: '/certificates/shop.pem', port: 443 },
  names: ['shop.test', 'www.shop.test'],
  hints: { missing: 'certbot-issue', ending: 'certbot-renew' },
};
const NOW = Date.UTC(2026, 10, 29, 12) / 1000;

/** As the check reads it. */
const read = (
  ends: string,
  served: readonly string[] = ['08EB', '08EB'],
  names = certificate.names,
) => `now ${String(NOW)}
issuer=C=US, O=Let's Encrypt, CN=E5
serial=08EB
notAfter=${ends}
X509v3 Subject Alternative Name: 
    ${names.map((name) => `DNS:${name}`).join(', ')}
${certificate.names.map((name, at) => `served ${name} ${served[at] ? `serial=${served[at]}` : ''}`).join('\n')}
`;
const LATER = 'Feb 20 12:00:00 2027 GMT';

describe('the check of a certificate', () => {
  it.each([
    ['ok', 'shop.test, www.shop.test: 83 days left', read(LATER)],
    ['warn', 'shop.test, www.shop.test: 20 days left', read('Dec 20 11:59:00 2026 GMT')],
    ['fail', '6 days left, and it was not renewed', read('Dec  6 11:59:00 2026 GMT')],
    ['fail', 'expired at 2026-11-29T11:00:00.000Z', read('Nov 29 11:00:00 2026 GMT')],
    ['fail', 'is not for www.shop.test', read(LATER, undefined, ['shop.test'])],
    ['fail', 'nginx does not answer with TLS for www.shop.test', read(LATER, ['08EB', ''])],
    [
      'fail',
      'nginx has not loaded it: it serves another one for shop.test',
      read(LATER, ['07', '08EB']),
    ],
    [
      'fail',
      'there is none: nginx serves a placeholder, and the site stays on http',
      `now ${String(NOW)}\nserved shop.test serial=07\n`,
    ],
  ])('says %s: %s', (level, text, output) => {
    expect(judgeCertificate(output, certificate)).toMatchObject({ level, text });
  });

  it('has its data for machines', () => {
    const output = read(LATER, ['08EB', '']);
    expect(judgeCertificate(output, certificate).data).toEqual({
      there: true,
      ...parseState(output),
    });
    expect(parseState(output)).toEqual({
      ...{ names: certificate.names, issuer: "C=US, O=Let's Encrypt, CN=E5", serial: '08EB' },
      ...{ ends: '2027-02-20T12:00:00.000Z', daysLeft: 83 },
      served: { 'shop.test': '08EB', 'www.shop.test': undefined },
    });
  });

  it('asks nginx for no name of a certificate that no site serves', () => {
    const { port, ...further } = certificate;
    expect(port).toBe(443);
    expect(certificateCheck(further).read.reveal()).not.toContain('s_client');
    expect(judgeCertificate('', further).text).toBe('there is none');
  });

  it('is a script without fault', async () => {
    await checkShell(certificateCheck({ ...certificate, names: ['*.shop.test'] }).read);
  });
});
