import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { RENEWAL, SOLE_RENEWAL } from './other-renewals.js';

const finds = (line: string, pattern = RENEWAL): boolean =>
  spawnSync('grep', ['-qE', '-e', pattern], { input: `${line}\n` }).status === 0;

it.each([
  '@weekly certbot renew -q',
  '0 3 * * * /usr/bin/certbot renew --quiet && systemctl reload nginx',
  '17 4 * * 1 root certbot -q renew',
  'certbot renew',
  '@daily /opt/certbot-auto --no-self-upgrade renew >/dev/null',
  '30 2 * * 1 /usr/bin/letsencrypt renew >>/var/log/renew.log',
])('RENEWAL finds %j', (line) => {
  expect(finds(line)).toBe(true);
});

it.each([
  '# @weekly certbot renew -q',
  '@daily certbot certificates',
  '@daily certbot renewals',
  '@daily backup renew',
  'MAILTO=certbot@example.org',
])('RENEWAL leaves %j alone', (line) => {
  expect(finds(line)).toBe(false);
});

it.each([
  '#Ansible: certs_renewal',
  '@weekly certbot renew -q',
  '0 3 * * * /usr/bin/certbot renew --quiet && systemctl reload nginx',
  '30 2 * * 1 /usr/bin/letsencrypt renew >>/var/log/renew.log 2>&1',
])('SOLE_RENEWAL finds %j', (line) => {
  expect(finds(line, SOLE_RENEWAL)).toBe(true);
});

it.each([
  '0 4 * * * /root/backup.sh; certbot renew -q',
  '0 4 * * * certbot renew -q; /root/backup.sh',
  '0 4 * * * certbot renew -q && /root/copy-certificates.sh',
  '0 4 * * * certbot renew -q | mail ops@example.org',
  'MAILTO=ops@example.org',
])('SOLE_RENEWAL leaves %j alone', (line) => {
  expect(finds(line, SOLE_RENEWAL)).toBe(false);
});
