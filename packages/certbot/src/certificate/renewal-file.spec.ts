import { expect, it } from 'vitest';
import { parseRenewal } from './renewal-file.js';

const BY_SNAP = `# renew_before_expiry = 30 days
version = 1.32.0
archive_dir = /etc/letsencrypt/archive/shop.test
cert = /etc/letsencrypt/live/shop.test/cert.pem

# Options used in the renewal process
[renewalparams]
account = 52b8
authenticator = webroot
server = https://acme-v02.api.letsencrypt.org/directory
webroot_path = /var/www/letsencrypt,
[[webroot_map]]
shop.test = /var/www/letsencrypt
www.shop.test = "/var/www/letsencrypt"
`;

it('parseRenewal() reads what Certbot has written', () => {
  expect(parseRenewal(BY_SNAP)).toEqual({
    server: 'https://acme-v02.api.letsencrypt.org/directory',
    ...{ keyType: 'rsa', challenge: 'webroot /var/www/letsencrypt', hooks: [], renews: true },
  });
});

it.each([
  [
    'authenticator = standalone\npre_hook = systemctl stop nginx',
    'standalone',
    ['pre_hook: systemctl stop nginx'],
  ],
  ['authenticator = webroot\nwebroot_path = /a,', 'webroot /a', []],
  ['authenticator = webroot\n[[webroot_map]]\na.test = /a\nb.test = /b', 'webroot /a /b', []],
  [
    'authenticator = manual\nmanual_auth_hook = /x/auth\nmanual_cleanup_hook = /x/clean',
    'dns /x/auth /x/clean',
    [],
  ],
  ['', '', []],
])('parseRenewal() reads the challenge of %j', (options, challenge, hooks) => {
  expect(parseRenewal(`[renewalparams]\n${options}\n`)).toMatchObject({ challenge, hooks });
});

it('parseRenewal() sees that a certificate is not renewed', () => {
  expect(parseRenewal('[renewalparams]\nautorenew = False\n').renews).toBe(false);
  expect(parseRenewal('autorenew = False\n[renewalparams]\n').renews).toBe(true);
});
