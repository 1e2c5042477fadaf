import { checkShell } from '@fairness-deploy/shell/testing';
import { describe, expect, it } from 'vitest';
import type { Lineage } from '../section/lineages.js';
import { checked } from './checks.js';
import { describeCertificate } from './describe-certificate.js';
import { judgeRenewal, renewalCheck } from './renewal-check.js';

const lineage: Lineage = {
  ...{ name: 'shop.test', names: ['shop.test', 'www.shop.test'], keyType: 'ecdsa' },
  ...{ challenge: 'http', site: 'shop', port: 443 },
};

describe('the check of a certificate', () => {
  it('asks nginx for the names of a site, and for none of a further certificate', () => {
    expect(checked(lineage)).toMatchObject({
      ...{ port: 443, names: lineage.names },
      file: '/etc/letsencrypt/live/shop.test/fullchain.pem',
    });
    const { name, names, keyType } = lineage;
    expect(checked({ name, names, keyType, challenge: 'http' })).not.toHaveProperty('port');
  });

  it('is shown in detail', () => {
    const data = {
      ...{ there: true, names: ['shop.test', 'www.shop.test'], issuer: 'O=Example', serial: '08' },
      ...{ ends: '2027-02-20T12:00:00.000Z', daysLeft: 83 },
      served: { 'shop.test': '08', 'www.shop.test': undefined, 'x.test': '07' },
    };
    expect(describeCertificate(data)).toEqual([
      'names    shop.test, www.shop.test',
      'issuer   O=Example',
      'serial   08',
      'ends     2027-02-20T12:00:00.000Z, 83 days left',
      'served   shop.test: this certificate',
      'served   www.shop.test: no answer with TLS',
      'served   x.test: another one, 07',
    ]);
    expect(describeCertificate(judgeRenewal('', []).data)).toEqual([]);
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
      'the last run failed before it began',
      `${timer('active')}Result=exit-code\nExecMainExitTimestamp=\nExecMainStatus=0\n`,
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
    expect(judgeRenewal(output, ['shop.test'])).toMatchObject({ level, text });
  });

  it('names certificates that nobody may need any more, when a run has failed', () => {
    const output = `${timer('active')}${ran('exit-code', 1, 'Sun 2026-11-29 22:22:18 UTC')}lineage shop.test\nlineage old.test\n`;
    expect(judgeRenewal(output, ['shop.test']).hint).toMatch(/It also renews old\.test, not of/);
  });

  it('is a script without fault', async () => {
    await checkShell(renewalCheck([]).read);
  });
});
