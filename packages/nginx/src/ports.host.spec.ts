import { startTestHost } from '@fairness-deploy/sandbox/testing';
import { sh, type Script } from '@fairness-deploy/shell';
import { describe, expect, it } from 'vitest';
import { RELOAD_NGINX } from './configuration/reload-nginx.js';
import { application } from './testing/environment.js';
import { useSiteHost } from './testing/site-host.js';

const host = useSiteHost(() => startTestHost('nginx-ports'));

const NO_IPV6 = 'RestrictAddressFamilies=AF_UNIX AF_INET AF_NETLINK';

const failureOf = (section: unknown) => host.failureOf(section, application);

describe('a host without IPv6', () => {
  it('gets nginx on IPv4, and says which key is needed for that', async () => {
    // nginx, and what starts it, can make no sockets of IPv6.
    await host.succeed(sh`
      mkdir -p /etc/systemd/system/nginx.service.d
      printf '[Service]\n%s\n' ${NO_IPV6} >/etc/systemd/system/nginx.service.d/no-ipv6.conf
      printf '#!/bin/sh\nexec systemd-run -q --pipe --wait -p %s /usr/sbin/nginx "$@"\n' ${`'${NO_IPV6}'`} >/usr/local/sbin/nginx
      chmod +x /usr/local/sbin/nginx
      systemctl daemon-reload`);
    await host.provision({ ipv6: false, sites: { shop: { domains: ['shop.test'] } } }, application);
    expect((await host.get('/', '-H', 'Host: other.test')).status).toBe(421);
    expect(await failureOf({ sites: { shop: { domains: ['shop.test'] } } })).toContain(
      "Cannot use nginx on this host: it has no IPv6\n  → write into the environment's file: nginx: { ipv6: false }",
    );
    expect((await host.get('/', '-H', 'Host: other.test')).status).toBe(421);
    await host.succeed(sh`
      rm /etc/systemd/system/nginx.service.d/no-ipv6.conf /usr/local/sbin/nginx
      systemctl daemon-reload
      systemctl restart nginx`);
  });
});

/** A program that listens on a port until it is stopped. */
const hold = (port: number): Script => sh`
  systemd-run -q --unit=holder perl -MIO::Socket::INET -e ${`@s = IO::Socket::INET->new(LocalPort => ${String(port)}, Listen => 1) or die; sleep`}
  left=200
  until ss -Hltn ${`sport = :${String(port)}`} | grep -q .; do
    [ "$left" -gt 0 ] || exit 1
    left=$((left - 1))
    sleep 0.1
  done`;
const RELEASE = sh`systemctl stop holder`;

describe('a port of another program', () => {
  const sites = { shop: { domains: ['shop.test'] } };
  const held = (port: number) =>
    new RegExp(
      `The port ${String(port)} is held by perl \\(process \\d+ of holder\\.service\\)\n.*→ stop that program`,
      's',
    );

  it('is named before the sites change', async () => {
    await host.provision({ sites }, application);
    await host.succeed(sh`
      systemctl stop nginx
      ${hold(80)}`);
    expect(await failureOf({ sites: { shop: { domains: ['other.test'] } } })).toMatch(held(80));
    await host.succeed(RELEASE);
    await host.provision({ sites }, application);
    expect((await host.get('/', '-H', 'Host: shop.test')).status).toBe(404);
  });

  it('is named by a reload that fails for it', async () => {
    await host.succeed(hold(8099));
    expect(
      (
        await host.run(sh`
          echo 'server { listen 8099; }' >/etc/nginx/conf.d/held.conf
          ${RELOAD_NGINX}`)
      ).stderr,
    ).toMatch(held(8099));
    await host.succeed(sh`
      rm /etc/nginx/conf.d/held.conf
      ${RELEASE}`);
  });
});

describe("another person's site", () => {
  const theirs = (server: string): Script => sh`
    echo ${`server { ${server} }`} >/etc/nginx/sites-enabled/theirs
    nginx -s reload`;

  it('with a name of ours is named, and ours is refused', async () => {
    await host.succeed(theirs('listen 80; server_name www.shop.test\n  Mine.test; return 204;'));
    const sites = { shop: { domains: ['shop.test', 'mine.test'] } };
    expect(await failureOf({ sites })).toContain(
      'The name mine.test belongs to /etc/nginx/sites-enabled/theirs already\nCannot use /etc/nginx/sites-enabled/shop.conf: nginx would ignore one of two sites',
    );
    expect((await host.get('/', '-H', 'Host: mine.test')).status).toBe(204);
    // On another port it is another site.
    const other = { shop: { domains: ['shop.test', 'mine.test'], listen: 8080 } };
    await host.provision({ sites: other }, application);
    // Names that move between sites of ours are no conflict.
    const two = (one: string, more: string) => ({
      one: { domains: [one] },
      two: { domains: [more] },
    });
    await host.provision({ sites: two('one.test', 'two.test') }, application);
    await host.provision({ sites: two('two.test', 'one.test') }, application);
  });

  it('with the default server of our port is named', async () => {
    await host.provision({ sites: { shop: { domains: ['shop.test'] } } }, application);
    await host.succeed(theirs('listen 80 default_server; return 204;'));
    expect(await failureOf({ sites: { shop: {} } })).toContain(
      'Another default server of the port 80: /etc/nginx/sites-enabled/theirs:1\n  → remove default_server there, or give the site domains',
    );
  });
});
