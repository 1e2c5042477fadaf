import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { sh, type Connection } from '@fairness-deploy/shell';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { application } from './testing/environment.js';
import { SiteHost } from './testing/site-host.js';

let test: TestHost;
let connection: Connection;
let host: SiteHost;

const NO_IPV6 = 'RestrictAddressFamilies=AF_UNIX AF_INET AF_NETLINK';

beforeAll(async () => {
  test = await startTestHost('nginx-ports');
  connection = await test.connect();
  host = await SiteHost.on(connection);
});
afterAll(async () => {
  await connection.close();
  await test.stop();
});

/** What the failing resources say. */
const said = async (section: unknown): Promise<string> => {
  const error = await host.provision(section, application).then(
    () => 'it was provisioned',
    (thrown: unknown) => String(thrown),
  );
  return error.replaceAll('\\n', '\n').replaceAll('\\"', '"');
};

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
    expect(await said({ sites: { shop: { domains: ['shop.test'] } } })).toContain(
      "Cannot use nginx on this host: it has no IPv6\n  → write into the environment's file: nginx: { ipv6: false }",
    );
    expect((await host.get('/', '-H', 'Host: other.test')).status).toBe(421);
    await host.succeed(sh`
      rm /etc/systemd/system/nginx.service.d/no-ipv6.conf /usr/local/sbin/nginx
      systemctl daemon-reload
      systemctl restart nginx`);
  });
});
