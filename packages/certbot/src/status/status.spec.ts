import { checkShell } from '@fairness-deploy/shell/testing';
import { describe, expect, it } from 'vitest';
import type { Lineage } from '../section/lineages.js';
import { certificateCheck, judgeCertificate, parseState } from './certificate-check.js';
import { describeCertificate } from './describe-certificate.js';
import { judgeRenewal, renewalCheck } from './renewal-check.js';

const lineage: Lineage = {
  ...{ name: 'shop.test', domains: ['shop.test', 'www.shop.test'], keyType: 'ecdsa' },
  ...{ challenge: 'http', site: 'shop', port: 443 },
};
const NOW = Date.UTC(2026, 10, 29, 12) / 1000;

/** As the check reads it. */
const read = (
  ends: string,
  served: readonly string[] = ['08EB', '08EB'],
  names = lineage.domains,
) => `now ${String(NOW)}
issuer=C=US, O=Let's Encrypt, CN=E5
serial=08EB
notAfter=${ends}
X509v3 Subject Alternative Name: 
    ${names.map((name) => `DNS:${name}`).join(', ')}
${lineage.domains.map((name, at) => `served ${name} ${served[at] ? `serial=${served[at]}` : ''}`).join('\n')}
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
    expect(judgeCertificate(lineage, output)).toMatchObject({ level, text });
  });

  it('has its data for machines, and in detail', () => {
    const { data } = judgeCertificate(lineage, read(LATER, ['08EB', '']));
    expect(data).toEqual({ there: true, ...parseState(read(LATER, ['08EB', ''])) });
    expect(describeCertificate(data)).toEqual([
      'names    shop.test, www.shop.test',
      "issuer   C=US, O=Let's Encrypt, CN=E5",
      'serial   08EB',
      'ends     2027-02-20T12:00:00.000Z, 83 days left',
      'served   shop.test: this certificate',
      'served   www.shop.test: no answer with TLS',
    ]);
    expect(describeCertificate(judgeRenewal('').data)).toEqual([]);
  });

  it('asks nginx for no name of a certificate that no site serves', () => {
    const { name, domains, keyType } = lineage;
    const further: Lineage = { name, domains, keyType, challenge: 'http' };
    expect(certificateCheck(further).read.reveal()).not.toContain('s_client');
    expect(judgeCertificate(further, '').text).toBe('there is none');
  });

  it('is a script without fault', async () => {
    await checkShell(certificateCheck({ ...lineage, domains: ['*.shop.test'] }).read);
    await checkShell(renewalCheck.read);
  });
});

describe('the check of the renewals', () => {
  const timer = (state: string) =>
    `NextElapseUSecRealtime=Mon 2026-11-30 09:50:25 UTC\nLoadState=loaded\nActiveState=${state}\n\n`;
  const ran = (result: string, status: number, at: string) =>
    `Result=${result}\nExecMainExitTimestamp=${at}\nExecMainStatus=${String(status)}\n`;
  it.each([
    ['ok', 'the timer runs, next at 2026-11-30T09:50:25Z', timer('active') + ran('success', 0, '')],
    [
      'ok',
      'the last run succeeded at 2026-11-29T22:22:18Z, next at 2026-11-30T09:50:25Z',
      timer('active') + ran('success', 0, 'Sun 2026-11-29 22:22:18 UTC'),
    ],
    [
      'warn',
      'the last run failed at 2026-11-29T22:22:18Z, with status 1',
      timer('active') + ran('exit-code', 1, 'Sun 2026-11-29 22:22:18 UTC'),
    ],
    [
      'warn',
      'besides certbot.timer, the certificates are renewed by /etc/cron.weekly/certs',
      `${timer('active')}${ran('success', 0, '')}also /etc/cron.weekly/certs\n`,
    ],
    ['fail', 'certbot.timer does not run: nothing renews the certificates', timer('inactive')],
    [
      'fail',
      'certbot.timer does not run: nothing renews the certificates',
      'LoadState=not-found\nActiveState=inactive\n',
    ],
  ])('says %s: %s', (level, text, output) => {
    expect(judgeRenewal(output)).toMatchObject({ level, text });
  });
});
