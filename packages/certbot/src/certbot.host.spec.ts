import { readFileSync } from 'node:fs';
import { type Ended } from '@fairness-deploy/core/testing';
import {
  rateLimited,
  rejectedIdentifier,
  startTestAuthority,
  startTestHost,
  type TestAuthority,
} from '@fairness-deploy/sandbox/testing';
import { sh } from '@fairness-deploy/shell';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CertbotHost } from './testing/certbot-host.js';
import { startVisitors } from './testing/visitors.js';

const KEY = 'zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W';

let authority: TestAuthority;
let dryRunAuthority: TestAuthority;
let host: CertbotHost;
let address: string;
let visitors: ReturnType<typeof startVisitors> | undefined;

beforeAll(async () => {
  const [test, asked, first] = await Promise.all([
    startTestHost('certbot'),
    startTestAuthority('certbot', { rejectedNoncesPercent: 5, externalAccounts: { shop: KEY } }),
    startTestAuthority('certbot-dry-run', { rejectedNoncesPercent: 5 }),
  ]);
  [authority, dryRunAuthority] = [asked, first];
  const connection = await test.connect();
  host = new CertbotHost(test, connection, { FAIRNESS_SECRET_EAB: KEY });
  address = test.host.address;
  host.write(
    'ca.pem',
    [authority, dryRunAuthority].map((one) => readFileSync(one.certificateFile, 'utf8')).join(''),
  );
  await authority.useDns(connection);
  // What the old set-up leaves, and other lines of root's.
  await host.succeed(sh`
    printf '%s\n' 'MAILTO=""' '#Ansible: certs_renewal' '@weekly certbot renew -q' '0 4 * * * true' | crontab -
    mkdir -p /snap/bin
    printf '#!/bin/sh\nexit 1\n' >/snap/bin/certbot
    ln -s /snap/bin/certbot /usr/bin/certbot`);
});
afterAll(async () => {
  await visitors?.stop();
  await host.dispose();
  await Promise.all([authority.stop(), dryRunAuthority.stop()]);
});

/** A name leads somewhere, for both authorities and the host. */
async function resolve(name: string, to: string | undefined): Promise<void> {
  await Promise.all([authority, dryRunAuthority].map((one) => one.resolve(name, to)));
}

const eab = { kid: 'shop', hmacKey: '${secrets.eab}' };
function describeHost(domains: readonly string[], more: object = {}): void {
  host.describe({
    nginx: { sites: { shop: { domains, tls: true } } },
    certbot: {
      ...{ email: 'ops@shop.test', server: authority.directory, caCertificate: 'ca.pem' },
      ...{ eab, ...more },
    },
  });
}

/** Only where it matters: it takes some seconds. */
const withDryRun = () => ({ dryRunServer: dryRunAuthority.directory });
const orders = () => authority.requests('newOrder');
/** Expects a command to succeed, and shows all that it printed when it does not. */
async function done(command: Promise<Ended>): Promise<string> {
  const { status, output } = await command;
  expect(`${String(status)}\n${output.slice(-2000)}`).toMatch(/^0\n/);
  return output;
}
const provision = () => host.command('provision', '--yes');
const issue = (...words: readonly string[]) => host.command('certbot-issue', ...words);

describe('certbot', () => {
  it('asks no CA for a name that leads elsewhere; all else of the host is provisioned', async () => {
    await resolve('shop.test', '192.0.2.7');
    await resolve('other.shop.test', authority.nameserver);
    describeHost(['shop.test', 'none.shop.test', 'other.shop.test'], withDryRun());
    const { status, output } = await provision();
    expect(status).toBe(1);
    expect(output).toContain(
      'Cannot issue the certificate shop.test: the CA could not check these',
    );
    expect(output).toContain(
      `shop.test: it leads to 192.0.2.7, which is not an address of this host (${address})`,
    );
    expect(output).toMatch(
      /none\.shop\.test: (?:it has no address in the DNS|the DNS gives no answer)/,
    );
    expect(output).toMatch(
      /other\.shop\.test: it leads to \S+, which is not an address .* and port 80 refuses the connection/,
    );
    expect(output).toMatch(/1 failed, \d+ unchanged/);
    expect([orders(), dryRunAuthority.requests('newOrder')]).toEqual([0, 0]);
    expect(
      await host.succeed(sh`
      curl -sS -o /dev/null -w '%{http_code}' --connect-to ::127.0.0.1: http://shop.test/.well-known/x
      crontab -l
      readlink /usr/bin/certbot || certbot --version
      systemctl is-active certbot.timer`),
    ).toMatch(/^[45]\d\dMAILTO=""\n0 4 \* \* \* true\ncertbot \d\S+\nactive\n$/);
  });

  it('takes no deployment down: the release goes live, and the site answers by http', async () => {
    const { output } = await host.command('deploy');
    expect(output).toContain('Cannot issue the certificate shop.test');
    expect(
      await host.succeed(
        sh`curl -sS -w '%{http_code}' --connect-to ::127.0.0.1: http://shop.test/`,
      ),
    ).toBe('<h1>The shop</h1>\n200');
    expect([orders(), dryRunAuthority.requests('newOrder')]).toEqual([0, 0]);
  });

  it('tries in a dry run before it asks: a firewall is seen from outside only', async () => {
    await resolve('shop.test', address);
    describeHost(['shop.test'], withDryRun());
    await host.succeed(sh`
      DEBIAN_FRONTEND=noninteractive apt-get install -y -qq nftables >/dev/null
      nft add table inet closed
      nft add chain inet closed incoming '{ type filter hook input priority 0; }'
      nft add rule inet closed incoming iifname != lo tcp dport 80 drop`);
    const { status, output } = await provision();
    await host.succeed(sh`nft delete table inet closed`);
    expect(status).toBe(1);
    expect(output).toContain(
      `Cannot issue the certificate shop.test: the dry run at ${dryRunAuthority.directory} failed, and the CA was not asked`,
    );
    expect(output).toContain('port 80 of shop.test cannot be reached from outside: a firewall?');
    expect(output).toMatch(/the CA says \(connection, shop\.test\): \S/);
    // Once more for each nonce that it has refused.
    expect([orders(), dryRunAuthority.requests('newOrder') > 0]).toEqual([0, true]);
  });

  it('issues, and nginx serves it', async () => {
    // Until the last test.
    visitors = startVisitors(address, 'shop.test');
    const { status, output } = await issue();
    expect([status, output]).toEqual([0, expect.stringContaining('issue shop.test')]);
    const serial = await host.serial('shop.test');
    expect(await host.served('shop.test')).toBe(serial);
    expect(await authority.issued(serial)).toMatchObject({ status: 'valid' });
    expect(await host.command('plan')).toMatchObject({
      status: 0,
      output: expect.stringMatching(/nothing to change/) as string,
    });
    const shown = await host.command('certbot-status');
    expect(shown).toMatchObject({ status: 0 });
    expect(shown.output).toContain(`serial   ${serial}`);
    expect(shown.output).toContain('served   shop.test: this certificate');
    expect(shown.output).not.toContain(KEY);
    expect(
      await host.succeed(sh`grep -rl ${KEY} /var/lib/fairness-deploy /etc/letsencrypt || :`),
    ).toBe('');
  });

  it('plans a name that is added, and issues with it', async () => {
    await resolve('www.shop.test', address);
    describeHost(['shop.test', 'www.shop.test']);
    const before = await host.serial('shop.test');
    const plan = await host.command('plan');
    expect(plan.output).toMatch(/certificate:shop\.test[^]*\+\s*www\.shop\.test/);
    await done(provision());
    const after = await host.served('www.shop.test');
    expect(after).not.toBe(before);
    expect(after).toBe(await host.serial('shop.test'));
  });

  it.each([
    ['down', () => authority.down(), () => authority.up(), 'cannot be reached: Connection refused'],
    [
      'refusing a name',
      () => {
        authority.refuse('newOrder', rejectedIdentifier('new.shop.test'));
      },
      () => {
        authority.refuse('newOrder', undefined);
      },
      'the CA says (rejectedIdentifier): Invalid identifiers requested :: Cannot issue for "new.shop.test"',
    ],
  ] as const)('leaves the site as it is while the CA is %s', async (_, begin, end, message) => {
    await resolve('new.shop.test', address);
    describeHost(['shop.test', 'www.shop.test', 'new.shop.test']);
    const before = await host.served('shop.test');
    await begin();
    const { status, output } = await provision();
    await end();
    expect([status, output]).toEqual([1, expect.stringContaining(message)]);
    expect(await host.served('shop.test')).toBe(before);
    expect(await host.served('new.shop.test')).toBe(before);
  });

  it('names a rate limit with its end, and asks no more until then', async () => {
    authority.refuse('newOrder', rateLimited({ kind: 'same names' }, 7200));
    const { status, output } = await issue();
    expect(status).toBe(1);
    expect(output).toMatch(
      /the rate limit of the CA is reached until \d{4}-\d\d-\d\d \d\d:\d\d UTC/,
    );
    expect(output).toContain('the CA says (rateLimited): too many certificates (5) already issued');
    const asked = orders();
    const again = await issue();
    expect(again.output).toContain(
      'Cannot issue the certificate shop.test: a rate limit is reached, and the CA was not asked',
    );
    expect(again.output).toMatch(/try again after \d{4}-\d\d-\d\d \d\d:\d\d UTC/);
    expect(orders()).toBe(asked);
    authority.refuse('newOrder', undefined);
    describeHost(['shop.test', 'www.shop.test']);
    await done(provision());
  });

  it('leaves a certificate that is not due alone, and renews it by --force', async () => {
    const before = await host.served('shop.test');
    const asked = orders();
    await done(host.command('certbot-renew'));
    expect(orders()).toBe(asked);
    await done(host.command('certbot-renew', '--dry-run'));
    expect(orders()).toBeGreaterThan(asked);
    expect(await host.served('shop.test')).toBe(before);
    await done(host.command('certbot-renew', '--force'));
    expect(await host.served('shop.test')).not.toBe(before);
  });

  it("is renewed by Debian's timer, which trusts the private CA, and nginx loads it", async () => {
    const before = await host.served('shop.test');
    await host.succeed(sh`
      sed -i '1i renew_before_expiry = 3650 days' /etc/letsencrypt/renewal/shop.test.conf
      # Debian 11's certbot waits up to eight minutes first; later units say that it must not.
      printf '\nno-random-sleep-on-renew = true\n' >>/etc/letsencrypt/cli.ini
      # Certbot gives up when the CA refuses two nonces in a row; the timer would try again.
      systemctl start certbot.service || systemctl start certbot.service
      sed -i '/^no-random-sleep/d' /etc/letsencrypt/cli.ini`);
    const after = await host.served('shop.test');
    expect(after).not.toBe(before);
    expect(after).toBe(await host.serial('shop.test'));
    await host.succeed(sh`sed -i '1d' /etc/letsencrypt/renewal/shop.test.conf`);
    const shown = await host.command('status');
    expect(shown.output).toMatch(/the last run succeeded at \d{4}-/);
  });

  it('takes over what another set-up issued, without asking the CA', async () => {
    const before = [await host.serial('shop.test'), orders()];
    await host.succeed(sh`
      cd /etc/letsencrypt/renewal
      sed -i 's/^authenticator.*/authenticator = standalone\npre_hook = systemctl stop nginx/; /^webroot_path/d; /webroot_map/,$d' shop.test.conf
      printf '@daily /usr/bin/certbot renew --quiet && service nginx reload\n' | crontab -`);
    const { output } = await host.command('plan');
    expect(output).toContain('standalone → webroot');
    expect(output).toContain('systemctl stop nginx');
    expect(output).toContain('@daily /usr/bin/certbot renew --quiet');
    await done(provision());
    expect([await host.serial('shop.test'), orders()]).toEqual(before);
    await done(host.command('certbot-renew', '--force'));
  });

  it('says when nginx serves another certificate', async () => {
    await host.succeed(sh`
      cd /etc/letsencrypt/live/shop.test
      mv fullchain.pem kept
      mv privkey.pem kept-key
      openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout privkey.pem -out fullchain.pem \
        -days 5 -subj /CN=shop.test -addext subjectAltName=DNS:shop.test,DNS:www.shop.test 2>/dev/null`);
    const { status, output } = await host.command('certbot-status');
    await host.succeed(sh`
      cd /etc/letsencrypt/live/shop.test
      mv -f kept fullchain.pem
      mv -f kept-key privkey.pem`);
    expect(status).toBe(1);
    expect(output).toContain('days left, and it was not renewed');
    expect(output).toContain('served   shop.test: another one');
  });

  it('revokes; the site goes on over http, and a new certificate is issued', async () => {
    const before = await host.serial('shop.test');
    const refused = await host.command('certbot-revoke');
    expect(refused.output).toContain('there is no terminal to ask on');
    const { status, output } = await host.command('certbot-revoke', '--reason=superseded', '--yes');
    expect([status, output]).toEqual([
      0,
      expect.stringContaining('The next deployment issues new'),
    ]);
    expect(await authority.issued(before)).toMatchObject({ status: 'revoked', reason: 4 });
    expect(await host.served('shop.test')).not.toBe(before);
    const shown = await host.command('certbot-status');
    expect(shown).toMatchObject({ status: 1 });
    expect(shown.output).toContain('nginx serves a placeholder, and the site stays on http');
    await done(issue());
    expect(await host.served('shop.test')).toBe(await host.serial('shop.test'));
  });

  it('heals what an interrupted certbot has left', async () => {
    // As after a full disk.
    await host.succeed(sh`
      cd /etc/letsencrypt
      : >renewal/shop.test.conf
      rm live/shop.test/privkey.pem`);
    await done(issue());
    expect(await host.served('shop.test')).toBe(await host.serial('shop.test'));
    expect(await host.succeed(sh`ls /etc/letsencrypt/renewal`)).not.toContain('-0001');
  });

  it('gets a wildcard by the project’s programs for DNS, with their variables', async () => {
    const script = (action: string): string => `#!/bin/sh
printf '{"host":"_acme-challenge.%s.","value":"%s"}' "$CERTBOT_DOMAIN" "$CERTBOT_VALIDATION" |
  curl -sS -d @- "$DNS/${action}"
`;
    host.write('auth.sh', script('set-txt'));
    host.write('cleanup.sh', script('clear-txt'));
    describeHost(['shop.test', 'www.shop.test'], {
      dns: {
        authHook: 'auth.sh',
        cleanupHook: 'cleanup.sh',
        env: { DNS: authority.dnsManagement },
      },
      certificates: { wild: { domains: ['*.wild.test', 'wild.test'], keyType: 'rsa' } },
    });
    expect(await done(provision())).toContain('certificate:wild');
    expect(
      await host.succeed(
        sh`openssl x509 -noout -ext subjectAltName -in /etc/letsencrypt/live/wild/cert.pem`,
      ),
    ).toContain('DNS:*.wild.test, DNS:wild.test');
    await done(host.command('certbot-renew', '--name=wild', '--force'));
  });

  it('has answered every request meanwhile, by the release or by the way to https', async () => {
    const { statuses = {}, failures } = (await visitors?.stop()) ?? {};
    expect(failures).toEqual([]);
    // By http, 301 leads to https while the site has a certificate.
    expect(Object.keys(statuses)).toEqual(['200', '301']);
    expect(statuses[200]).toBeGreaterThan(500);
  });
});
