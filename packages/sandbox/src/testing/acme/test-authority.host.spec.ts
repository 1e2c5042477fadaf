import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runScript } from '@fairness-deploy/core/testing';
import { sh, type Connection, type Script } from '@fairness-deploy/shell';
import { rateLimited, rejectedIdentifier } from './acme-problem.js';
import { startTestHost, type TestHost } from '../test-host.js';
import type { TestAuthority } from './authority.js';
import { startTestAuthority } from './test-authority.js';
import type { AuthorityOptions } from './pebble.js';

let host: TestHost;
let connection: Connection;

const run = (script: Script) => runScript(connection, script);

beforeAll(async () => {
  host = await startTestHost('authority');
  connection = await host.connect();
  const { status, stderr } = await run(sh`
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends certbot nginx-light
    systemctl stop certbot.timer
    rm -f /etc/nginx/sites-enabled/default
    mkdir -p /var/www/acme
    echo 'server { listen 80 default_server; root /var/www/acme; }' >/etc/nginx/conf.d/acme.conf
    systemctl reload-or-restart nginx`);
  if (status !== 0) throw new Error(stderr);
});
afterAll(() => host.stop());

/** Starts an authority whose DNS has `shop.test`, and that the host trusts. */
async function authorityFor(options: AuthorityOptions = {}): Promise<TestAuthority> {
  const authority = await startTestAuthority('spec', options);
  await authority.resolve('shop.test', host.host.address);
  await authority.useDns(connection);
  const root = await readFile(authority.certificateFile, 'utf8');
  // Another authority's accounts and certificates mean nothing to this one.
  await run(sh`
    rm -rf /etc/letsencrypt /var/lib/letsencrypt
    printf %s ${root} >/root/directory.pem`);
  return authority;
}

/** Certbot by the webroot of nginx. */
const certbot = (authority: TestAuthority, ...words: readonly string[]) =>
  run(sh`
    export REQUESTS_CA_BUNDLE=/root/directory.pem
    certbot --non-interactive --server ${authority.directory} ${[...words]} 2>&1`);

const NEW = ['certonly', '--agree-tos', '--register-unsafely-without-email'];
const WEBROOT = ['--webroot', '-w', '/var/www/acme', '-d', 'shop.test', '--cert-name', 'shop'];

/**
 * Of the last call. Debian 12's certbot 2.1 under its Python 3.11 prints `AttributeError: can't set
 * attribute` instead of what an authority answers to an order; its log has the answer.
 */
const log = async (): Promise<string> =>
  (await run(sh`cat /var/log/letsencrypt/letsencrypt.log`)).text;

async function certificate(): Promise<X509Certificate> {
  const { text } = await run(sh`cat /etc/letsencrypt/live/shop/cert.pem`);
  return new X509Certificate(text);
}

describe('an authority', () => {
  let authority: TestAuthority;
  beforeAll(async () => {
    authority = await authorityFor();
  });
  afterAll(() => authority.stop());

  it('issues a certificate that its root signs, for 90 days', async () => {
    const { status, text } = await certbot(authority, ...NEW, ...WEBROOT);
    expect([status, text]).toEqual([0, expect.stringContaining('Successfully received')]);
    const leaf = await certificate();
    expect(leaf.subjectAltName).toBe('DNS:shop.test');
    expect(Date.parse(leaf.validTo) - Date.parse(leaf.validFrom)).toBe(90 * 24 * 3600_000 - 1000);
    const { text: said } = await run(sh`
      printf %s ${await authority.root()} >/root/root.pem
      cd /etc/letsencrypt/live/shop
      openssl verify -CAfile /root/root.pem -untrusted chain.pem cert.pem`);
    expect(said).toBe('cert.pem: OK\n');
  });

  it('says whether a certificate is revoked', async () => {
    const { serialNumber } = await certificate();
    expect(await authority.issued(serialNumber)).toMatchObject({ status: 'valid' });
    await certbot(
      authority,
      ...['revoke', '--cert-name', 'shop', '--reason', 'superseded', '--no-delete-after-revoke'],
    );
    expect(await authority.issued(serialNumber)).toMatchObject({ status: 'revoked', reason: 4 });
    expect(await authority.issued('abc')).toBeUndefined();
  });

  it('validates a name where its DNS says', async () => {
    const { status, text } = await certbot(
      authority,
      ...[...NEW, '--webroot', '-w', '/var/www/acme', '-d', 'elsewhere.test'],
    );
    expect(status).toBe(1);
    expect(text).toContain('elsewhere.test');
    expect((await run(sh`getent ahostsv4 shop.test | head -n 1`)).text).toContain(
      host.host.address,
    );
    expect((await run(sh`getent hosts elsewhere.test || echo unknown`)).text).toBe('unknown\n');
  });

  it('validates by dns-01 for wildcard names', async () => {
    const set = `curl -sS -d '{"host":"_acme-challenge.'$CERTBOT_DOMAIN'.","value":"'$CERTBOT_VALIDATION'"}' ${authority.dnsManagement}/set-txt`;
    const { status, text } = await certbot(
      authority,
      ...[...NEW, '--manual', '--preferred-challenges', 'dns', '-d', '*.shop.test'],
      ...['--manual-auth-hook', set, '--cert-name', 'wild'],
    );
    expect([status, text]).toEqual([0, expect.stringContaining('Successfully received')]);
  });

  it('refuses connections while it is down, and knows its accounts afterwards', async () => {
    await authority.down();
    const refused = await certbot(authority, ...NEW, ...WEBROOT, '--force-renewal');
    expect([refused.status, refused.text]).toEqual([1, expect.stringContaining('refused')]);
    await authority.up();
    const accounts = authority.requests('newAccount');
    const renewed = await certbot(authority, ...NEW, ...WEBROOT, '--force-renewal');
    expect([renewed.status, renewed.text]).toEqual([0, expect.stringContaining('Success')]);
    expect(authority.requests('newAccount')).toBe(accounts);
  });

  it('answers orders with a rate limit, as Let’s Encrypt does', async () => {
    const orders = authority.requests('newOrder');
    authority.refuse('newOrder', rateLimited({ kind: 'same names' }, 3600));
    const limited = await certbot(authority, ...NEW, ...WEBROOT, '--force-renewal');
    expect(limited.status).toBe(1);
    expect(await log()).toMatch(
      /429 .*[^]*retry-after: 3600\n[^]*error:rateLimited.*too many certificates \(5\) already issued for this exact set of identifiers in the last 168h0m0s, retry after \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC: see https/i,
    );
    authority.refuse('newOrder', rejectedIdentifier('shop.test'));
    const rejected = await certbot(authority, ...NEW, ...WEBROOT, '--force-renewal');
    expect(rejected.status).toBe(1);
    expect(await log()).toMatch(/error:rejectedIdentifier.*Cannot issue for .*shop\.test/);
    authority.refuse('newOrder', undefined);
    const renewed = await certbot(authority, ...NEW, ...WEBROOT, '--force-renewal');
    expect([renewed.status, renewed.text]).toEqual([0, expect.stringContaining('Success')]);
    expect(authority.requests('newOrder')).toBe(orders + 3);
  });
});

describe('an authority with options', () => {
  let authority: TestAuthority | undefined;
  const start = async (options: AuthorityOptions): Promise<TestAuthority> => {
    await authority?.stop();
    authority = await authorityFor(options);
    return authority;
  };
  afterAll(() => authority?.stop());

  it('rejects nonces at random', async () => {
    const rejecting = await start({ rejectedNoncesPercent: 40 });
    await run(sh`rm -f /var/log/letsencrypt/*`);
    // Certbot asks again once for each request, so that some calls fail.
    const logs = async (): Promise<string> =>
      (await run(sh`cat /var/log/letsencrypt/* 2>&1 || true`)).text;
    for (let calls = 0; !(await logs()).includes('badNonce'); calls += 1) {
      expect(calls).toBeLessThan(10);
      await certbot(rejecting, ...NEW, ...WEBROOT, '--force-renewal');
    }
  });

  it('asks for an account that is bound to a customer’s', async () => {
    const bound = await start({
      externalAccounts: {
        customer: 'zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W',
      },
    });
    const unbound = await certbot(bound, ...NEW, ...WEBROOT);
    expect([unbound.status, unbound.text]).toEqual([1, expect.stringMatching(/external.account/i)]);
    const { status, text } = await certbot(
      bound,
      ...[...NEW, ...WEBROOT, '--eab-kid', 'customer', '--eab-hmac-key'],
      'zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W',
    );
    expect([status, text]).toEqual([0, expect.stringContaining('Successfully received')]);
  });

  it('issues for a validity of one’s own, without a validation, and not for blocked names', async () => {
    const other = await start({
      validitySeconds: 3600,
      validates: false,
      blockedNames: ['blocked.test'],
    });
    await other.resolve('shop.test', undefined);
    const { status, text } = await certbot(other, ...NEW, ...WEBROOT);
    expect([status, text]).toEqual([0, expect.stringContaining('Successfully received')]);
    const { validFrom, validTo } = await certificate();
    expect(Date.parse(validTo) - Date.parse(validFrom)).toBe(3600_000 - 1000);
    const blocked = await certbot(
      other,
      ...[...NEW, '--webroot', '-w', '/var/www/acme', '-d', 'www.blocked.test'],
    );
    expect(blocked.text).toContain('www.blocked.test');
    expect(blocked.status).toBe(1);
  });

  it('validates again, or not, as asked', async () => {
    // Of nginx: how often the authority has fetched a token.
    const fetched = async (): Promise<number> =>
      Number((await run(sh`grep -c acme-challenge /var/log/nginx/access.log || true`)).text);
    for (const [share, again] of [
      [100, false],
      [0, true],
    ] as const) {
      const reusing = await start({ reusedAuthorizationsPercent: share });
      await certbot(reusing, ...NEW, ...WEBROOT);
      const before = await fetched();
      const { status } = await certbot(reusing, ...NEW, ...WEBROOT, '--force-renewal');
      expect([status, (await fetched()) > before]).toEqual([0, again]);
    }
  });
});
