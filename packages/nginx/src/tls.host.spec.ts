import { type Application } from '@fairness-deploy/core';
import { runChecks } from '@fairness-deploy/core/testing';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import { startTestHost } from '@fairness-deploy/sandbox/testing';
import { sh } from '@fairness-deploy/shell';
import { describe, expect, it } from 'vitest';
import { linkCertificates, linkPlaceholders } from './certificate/link-certificates.js';
import { plugin } from './nginx-plugin.js';
import { application as shop, process } from './testing/environment.js';
import { certificatePlugin } from './testing/certificate-plugin.js';
import { type Answer, useSiteHost } from './testing/site-host.js';

/** Where another plugin's certificate will be. */
const FOLDER = '/etc/letsencrypt/live/www.shop.test';

const host = useSiteHost(() => startTestHost('nginx-tls'), [certificatePlugin(() => FOLDER)]);

const application: Application = {
  ...shop,
  processes: [process('client', 3001, '/')],
  static: [{ path: '/assets', folder: 'assets', cache: 'immutable' }],
};
const section = {
  sites: {
    shop: {
      domains: ['www.shop.test', 'shop.test'],
      aliases: ['old.shop.test'],
      tls: true,
      hsts: { maxAge: 63_072_000, includeSubDomains: true },
    },
  },
};

/** curl's options: all names lead to this host, and any certificate will do. */
const HERE = ['--connect-to', '::127.0.0.1:', '--insecure'];
const get = (url: string, ...options: readonly string[]): Promise<Answer> =>
  host.get(url, ...HERE, ...options);

/** The subject of the certificate that nginx shows for a name. */
const shown = (name: string): Promise<string> =>
  host.succeed(sh`
    openssl s_client -connect 127.0.0.1:443 -servername ${name} </dev/null 2>/dev/null |
      openssl x509 -noout -subject`);

/** Makes a certificate as if another plugin had got it, for this name and others. */
const issue = (folder: string, name = 'www.shop.test', more = ['shop.test', 'old.shop.test']) => sh`
  mkdir -p ${folder}
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ${folder}/privkey.pem \
    -out ${folder}/fullchain.pem -days 90 -subj ${`/CN=${name}`} -addext ${`subjectAltName=${[name, ...more].map((one) => `DNS:${one}`).join(',')}`} 2>/dev/null`;

describe('a site with TLS', () => {
  it('goes on over http, and speaks TLS with a placeholder, until it has its certificate', async () => {
    await host.provision(section, application);
    await host.succeed(sh`
      printf %s ${'server { listen 127.0.0.1:3001; listen 127.0.0.1:3101; location / { return 200 "$http_x_forwarded_proto $request_uri"; } }'} >/etc/nginx/conf.d/processes.conf
      nginx -t -q && systemctl restart nginx`);
    const release = host.release(application, section, 'blue');
    await release.make({ 'assets/app-1.js': 'one' });
    await release.goLive();

    expect(await get('http://www.shop.test/a')).toMatchObject({ status: 200, body: 'http /a' });
    const answer = await get('https://www.shop.test/a');
    expect(answer).toMatchObject({ status: 200, body: 'https /a' });
    expect(answer.headers['strict-transport-security']).toBeUndefined();
    expect(await shown('www.shop.test')).toContain('placeholder of shop');
    expect(await get('http://old.shop.test/a?b')).toMatchObject({
      status: 301,
      headers: { location: 'http://www.shop.test/a?b' },
    });
  });

  it('redirects to https when the certificate is there, and confirms releases over TLS', async () => {
    await host.succeed(issue(FOLDER));
    await host.succeed(linkCertificates({ shop: FOLDER }));
    expect(await shown('shop.test')).toMatch(/CN ?= ?www\.shop\.test$/m);
    expect(await get('http://shop.test/a?b')).toMatchObject({
      status: 301,
      headers: { location: 'https://shop.test/a?b' },
    });
    expect(await get('http://old.shop.test/a?b')).toMatchObject({
      status: 301,
      headers: { location: 'https://old.shop.test/a?b' },
    });
    const hsts = 'max-age=63072000; includeSubDomains';
    expect(await get('https://old.shop.test/a?b')).toMatchObject({
      status: 301,
      headers: { location: 'https://www.shop.test/a?b', 'strict-transport-security': hsts },
    });
    expect(await get('https://shop.test/')).toMatchObject({
      status: 200,
      headers: { 'strict-transport-security': hsts, 'x-content-type-options': 'nosniff' },
    });
    const release = host.release(application, section, 'green');
    await release.make({ 'assets/app-2.js': 'two' });
    await release.goLive();
    // Also what a page of the release before needs.
    for (const [file, body] of Object.entries({ 'app-1.js': 'one', 'app-2.js': 'two' })) {
      expect(await get(`https://shop.test/assets/${file}`)).toMatchObject({
        status: 200,
        headers: {
          'cache-control': 'public, max-age=31536000, immutable',
          'strict-transport-security': hsts,
        },
        body,
      });
    }
  });

  it('answers to certificate authorities over http, and to no other name', async () => {
    await host.succeed(sh`
      mkdir -p /var/lib/fairness-deploy-challenges/.well-known/acme-challenge
      printf token >/var/lib/fairness-deploy-challenges/.well-known/acme-challenge/a`);
    const path = '/.well-known/acme-challenge/a';
    for (const name of ['www.shop.test', 'old.shop.test']) {
      expect(await get(`http://${name}${path}`)).toMatchObject({ status: 200, body: 'token' });
    }
    expect(await get('http://other.test/')).toMatchObject({ status: 421 });
    expect(await host.run(sh`curl -sS ${HERE} https://other.test/`)).toMatchObject({ status: 35 });
  });

  it('loads a renewed certificate, and takes one over that is there already', async () => {
    const again = { ...section, sites: { shop: { ...section.sites.shop, hsts: true } } };
    // As if the hook of a renewal had failed.
    await host.succeed(sh`
      ${issue(FOLDER, 'renewed.shop.test')}
      touch -d '+5 seconds' ${FOLDER}/fullchain.pem`);
    expect(await shown('shop.test')).toMatch(/CN ?= ?www\.shop\.test$/m);
    await host.provision(again, application);
    expect(await shown('shop.test')).toMatch(/CN ?= ?renewed\.shop\.test$/m);
    await host.succeed(sh`
      touch ${FOLDER}/fullchain.pem
      rm -rf /etc/nginx/certificates`);
    await host.provision(again, application);
    expect(await shown('shop.test')).toMatch(/CN ?= ?renewed\.shop\.test$/m);
    expect(await get('http://shop.test/')).toMatchObject({ status: 301 });
  });

  it('keeps the previous certificate when nginx refuses another, and says why', async () => {
    const weak = '/etc/letsencrypt/live/weak';
    await host.succeed(sh`
      mkdir -p ${weak}
      openssl req -x509 -newkey rsa:512 -nodes -keyout ${weak}/privkey.pem -out ${weak}/fullchain.pem -subj /CN=weak 2>/dev/null`);
    const { status, stderr } = await host.run(linkCertificates({ shop: weak }));
    expect(status).toBe(1);
    expect(stderr).toMatch(/ee key too small[^]*Cannot use the certificate: nginx refuses it/);
    expect(await shown('shop.test')).toMatch(/CN ?= ?renewed\.shop\.test$/m);
    expect(await get('http://shop.test/')).toMatchObject({ status: 301 });
  });

  it('keeps its certificate until the next one is there, and does not begin with an expired one', async () => {
    await host.succeed(linkCertificates({ shop: '/etc/letsencrypt/live/to-come' }));
    expect(await shown('shop.test')).toMatch(/CN ?= ?renewed\.shop\.test$/m);
    expect(await get('http://shop.test/')).toMatchObject({ status: 301 });

    const expired = '/etc/letsencrypt/live/expired';
    await host.succeed(sh`
      ${issue(expired, 'expired.shop.test')}
      # openssl takes -days -1 before its version 3.4, and dates since then.
      fd_sign() {
        openssl x509 -in ${expired}/fullchain.pem -signkey ${expired}/privkey.pem "$@" -out ${expired}/new.pem 2>/dev/null
      }
      fd_sign -days -1 || fd_sign -not_before 20200101000000Z -not_after 20200102000000Z
      mv ${expired}/new.pem ${expired}/fullchain.pem`);
    await host.succeed(linkPlaceholders(['shop']));
    await host.succeed(linkCertificates({ shop: expired }));
    expect(await shown('shop.test')).toContain('placeholder of shop');
    expect(await get('http://shop.test/')).toMatchObject({ status: 200 });
    await host.succeed(linkCertificates({ shop: FOLDER }));
    expect(await get('http://shop.test/')).toMatchObject({ status: 301 });
  });

  it('sends nobody to https for a name that the certificate does not have', async () => {
    const other = '/etc/letsencrypt/live/other';
    await host.succeed(issue(other, 'www.shop.test', ['*.old.shop.test']));
    await host.succeed(linkCertificates({ shop: other }));
    expect(await get('http://www.shop.test/')).toMatchObject({ status: 301 });
    expect(await get('http://shop.test/')).toMatchObject({ status: 200 });
    const { headers } = await get('https://shop.test/');
    expect(headers['strict-transport-security']).toBeUndefined();
    await host.succeed(issue(other, 'www.shop.test', ['*.shop.test']));
    await host.succeed(linkCertificates({ shop: other }));
    const redirected = { headers: { location: 'https://old.shop.test/' } };
    expect(await get('http://old.shop.test/')).toMatchObject(redirected);
    await host.succeed(linkCertificates({ shop: FOLDER }));
  });

  it('sends nobody to https before nginx shows the certificate', async () => {
    await host.succeed(linkPlaceholders(['shop']));
    // Somebody else's file: nginx can't be reloaded.
    await host.succeed(sh`echo 'broken' >/etc/nginx/conf.d/theirs.conf`);
    await host.succeed(linkCertificates({ shop: FOLDER }));
    expect(await shown('shop.test')).toContain('placeholder of shop');
    expect(await get('http://shop.test/')).toMatchObject({ status: 200 });
    await host.succeed(sh`rm /etc/nginx/conf.d/theirs.conf`);
    await host.provision(section, application);
    expect(await shown('shop.test')).toMatch(/CN ?= ?renewed\.shop\.test$/m);
    expect(await get('http://shop.test/')).toMatchObject({ status: 301 });
  });

  it('goes back to the placeholder when its certificate is gone', async () => {
    await host.succeed(sh`rm -r ${FOLDER}`);
    await host.succeed(linkCertificates({ shop: FOLDER }));
    expect(await shown('shop.test')).toContain('placeholder of shop');
    expect(await get('http://shop.test/')).toMatchObject({ status: 200 });
  });

  it('shows a certificate that the team brings, and then another one', async () => {
    const bring = async (name: string): Promise<unknown> => {
      const own = '/root/own';
      await host.succeed(issue(own, name, []));
      const read = async (file: string): Promise<Text> =>
        Text.of(new Secret(file, await host.succeed(sh`cat ${own}/${file}`)));
      const tls = { certificate: await read('fullchain.pem'), key: await read('privkey.pem') };
      return { sites: { shop: { domains: [name], tls } } };
    };
    await host.provision(await bring('one.shop.test'), application);
    expect(await shown('one.shop.test')).toMatch(/CN ?= ?one\.shop\.test$/m);
    const other = await bring('two.shop.test');
    await host.provision(other, application);
    expect(await shown('two.shop.test')).toMatch(/CN ?= ?two\.shop\.test$/m);
    expect(await host.succeed(sh`ls /etc/nginx/certificates/own/shop | wc -l`)).toBe('1\n');
    expect(
      await host.succeed(sh`stat -L -c %a /etc/nginx/certificates/live/shop/privkey.pem`),
    ).toBe('600\n');

    const checks = plugin.checks?.(host.contextOf(other, application)) ?? [];
    const findings = await runChecks(
      host.connection,
      checks.filter(({ name }) => name === 'certificate shop'),
    );
    expect(findings).toEqual(['ok certificate shop: two.shop.test: 89 days left']);
  });

  it('leaves no certificate and no key when the site has no TLS any more', async () => {
    await host.provision({ sites: { shop: {} } }, application);
    expect(await host.succeed(sh`find /etc/nginx/certificates ! -type d`)).toBe('');
    expect(await get('http://shop.test/')).toMatchObject({ status: 200 });
  });
});
