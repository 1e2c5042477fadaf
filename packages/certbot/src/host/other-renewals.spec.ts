import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { RENEWAL } from './other-renewals.js';

const finds = (line: string): boolean =>
  spawnSync('grep', ['-qE', '-e', RENEWAL], { input: `${line}\n` }).status === 0;

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
