import { type Application } from '@fairness-deploy/core';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import { startTestHost } from '@fairness-deploy/sandbox/testing';
import { lines, sh } from '@fairness-deploy/shell';
import { beforeAll, describe, expect, it } from 'vitest';
import { CHALLENGES } from './certificate/certificate-folders.js';
import { application as shop, process } from './testing/environment.js';
import { useSiteHost } from './testing/site-host.js';

const CHALLENGE = '/.well-known/acme-challenge/t';

/** Visitors are simulated: nginx believes what the host itself says of their address. */
const VISITORS = 'set_real_ip_from 127.0.0.0/8;\nreal_ip_header X-Visitor;\n';

const host = useSiteHost(() => startTestHost('nginx-protection'));

const application: Application = {
  ...shop,
  processes: [process('client', 3001, '/'), process('api', 3000, '/api')],
};

/** Provisions a section, and deploys a release with it, which must be confirmed through nginx. */
async function deploy(section: object, visitors = VISITORS): Promise<void> {
  await host.provision(section, application);
  await host.succeed(sh`
    printf %s ${`${visitors}
      server { listen 127.0.0.1:3000; return 200 "api $http_x_forwarded_for $http_x_forwarded_proto"; }
      server { listen 127.0.0.1:3001; return 200 "client"; }
    `} >/etc/nginx/conf.d/processes.conf
    systemctl is-active -q nginx
    systemctl restart nginx`);
  const release = host.release(application, section, 'blue');
  await release.make({});
  await release.goLive();
}

beforeAll(async () => {
  await host.succeed(sh`
    mkdir -p ${`${CHALLENGES}/.well-known/acme-challenge`}
    echo token >${`${CHALLENGES}${CHALLENGE}`}`);
});

/** The status of each of several requests of a visitor, one after the other. */
const ask = async (visitor: string, ...paths: readonly string[]): Promise<string> =>
  (
    await host.succeed(
      lines(
        ...paths.map(
          (path) =>
            sh`curl -s -o /dev/null -w '%{http_code} ' -H ${`X-Visitor: ${visitor}`} ${`http://127.0.0.1${path}`}`,
        ),
      ),
    )
  ).trim();

describe('limits', () => {
  const sites = {
    shop: {
      limit: { requests: '1/m', burst: 2 },
      paths: {
        '/api': { limit: { requests: '1/m', burst: 0 } },
        '/api/health': { limit: false as const },
      },
    },
  };
  it('answer 429 to a visitor who asks too often, for the site and for a path on its own', async () => {
    await deploy({ sites });
    expect(await ask('203.0.113.1', '/', '/', '/x', '/x', '/api', '/api', '/api/')).toBe(
      '200 200 200 429 200 429 429',
    );
    expect(await ask('203.0.113.2', '/', '/api')).toBe('200 200');
    const health = Array.from({ length: 9 }, () => '/api/health');
    expect(await ask('203.0.113.2', ...health, '/', '/', '/')).toBe(
      '200 200 200 200 200 200 200 200 200 200 200 429',
    );
  });

  it('count the network of an IPv6 address', async () => {
    expect(
      [
        await ask('2001:db8:0:1::1', '/api'),
        await ask('2001:db8:0:1:ffff::2', '/api'),
        await ask('2001:db8:0:2::1', '/api'),
      ].join(' '),
    ).toBe('200 429 200');
  });

  it('are not for the host itself, certificate authorities and the maintenance page', async () => {
    expect(await ask('127.0.0.1', ...Array.from({ length: 9 }, () => '/api'))).not.toContain('429');
    expect(await ask('203.0.113.1', '/', ...Array.from({ length: 9 }, () => CHALLENGE))).toBe(
      `429 ${Array.from({ length: 9 }, () => '200').join(' ')}`,
    );
    await host.succeed(sh`echo now >/srv/shop/maintenance`);
    expect(await ask('203.0.113.1', '/', '/api')).toBe('503 503');
    await host.succeed(sh`rm /srv/shop/maintenance`);
  });

  it('change by a reload', async () => {
    await deploy({ sites: { shop: { limit: { requests: '60/s', burst: 100 } } } });
    expect(await ask('203.0.113.1', '/api', '/api', '/', '/')).toBe('200 200 200 200');
  });
});

describe('a list of those who may visit', () => {
  const basicAuth = { staff: Text.of(new Secret('staff', 'open')) };
  it('refuses others, but not deployments, certificate authorities and the maintenance page', async () => {
    const site = {
      allow: ['203.0.113.0/24', '2001:db8::/32'],
      paths: { '/api': { allow: ['198.51.100.7'] }, '/api/log': { log: false } },
      limit: { requests: '100/s' },
      redirects: { '/old': '/new' },
    };
    await deploy({ sites: { shop: site } });
    expect(await ask('203.0.113.9', '/', '/api', '/api/log', CHALLENGE)).toBe('200 403 200 200');
    expect(await ask('2001:db8:ffff::1', '/')).toBe('200');
    expect(await ask('198.51.100.7', '/', '/api/x', '/api/log/x')).toBe('403 200 403');
    expect(await ask('192.0.2.1', '/', '/api', '/x', '/old', CHALLENGE, `${CHALLENGE}2`)).toBe(
      '403 403 403 301 200 404',
    );
    expect(await ask('127.0.0.1', '/', '/api')).toBe('200 200');
    await host.succeed(sh`echo now >/srv/shop/maintenance`);
    const closed = await host.get('/', '-H', 'X-Visitor: 192.0.2.1');
    expect(closed).toMatchObject({ status: 503, headers: { 'retry-after': '120' } });
    await host.succeed(sh`rm /srv/shop/maintenance`);
  });

  it('is asked for besides a login', async () => {
    const site = { allow: ['203.0.113.0/24'], basicAuth };
    await deploy({ sites: { shop: site } });
    const status = async (visitor: string, ...options: readonly string[]): Promise<number> =>
      (await host.get('/', '-H', `X-Visitor: ${visitor}`, ...options)).status;
    expect(await status('203.0.113.9')).toBe(401);
    expect(await status('203.0.113.9', '-u', 'staff:open')).toBe(200);
    expect(await status('192.0.2.1', '-u', 'staff:open')).toBe(403);
  });
});

describe('a load balancer in front of the host', () => {
  // The host has this address for the test.
  const BALANCER = '198.51.100.200';
  const section = {
    sites: { shop: { paths: { '/': { allow: ['203.0.113.0/24'] } } } },
    realIp: { from: [`${BALANCER}/32`, '10.0.0.0/8'] },
  };
  /** What the API has got: the visitor and the scheme. */
  const asked = (from: string, ...headers: readonly string[]): Promise<string> =>
    host.succeed(
      sh`curl -s --interface ${from} ${headers.flatMap((header) => ['-H', header])} http://198.51.100.200/api`,
    );

  it('says who the visitor is and by which scheme, and nobody else does', async () => {
    await host.succeed(sh`
      ip address add ${`${BALANCER}/32`} dev lo
      rm -f /etc/nginx/conf.d/processes.conf`);
    await deploy({ ...section, sites: { shop: {} } }, '');
    const forwarded = ['X-Forwarded-Proto: https', 'X-Forwarded-For: 203.0.113.7'];
    expect(await asked(BALANCER, ...forwarded)).toBe('api 203.0.113.7 https');
    expect(await asked('127.0.0.1', ...forwarded)).toBe('api 127.0.0.1 http');
    // What the visitor has written stands before what the balancers have added.
    expect(
      await asked(
        BALANCER,
        'X-Forwarded-For: 192.0.2.66, 203.0.113.7, 10.1.2.3',
        'X-Forwarded-Proto: ws',
      ),
    ).toBe('api 203.0.113.7 http');
    expect(await asked(BALANCER)).toBe(`api ${BALANCER} http`);
    const log = await host.succeed(sh`tail -n 4 /var/log/nginx/shop.access.log`);
    expect(log.split('\n').map((line) => line.split(' ')[0])).toEqual([
      ...['203.0.113.7', '127.0.0.1', '203.0.113.7', BALANCER, ''],
    ]);
  });

  it('counts for lists of those who may visit', async () => {
    await deploy(section, '');
    const status = async (visitor: string): Promise<string> =>
      host.succeed(
        sh`curl -s -o /dev/null -w '%{http_code}' --interface ${BALANCER} -H ${`X-Forwarded-For: ${visitor}`} http://198.51.100.200/`,
      );
    expect(await status('203.0.113.7')).toBe('200');
    expect(await status('192.0.2.66')).toBe('403');
    expect(await status('203.0.113.7, 192.0.2.66')).toBe('403');
  });
});

describe('the health URL of a site', () => {
  const site = {
    ...{ domains: ['shop.test'], health: '/healthz', allow: ['203.0.113.0/24'] },
    limit: { requests: '1/m', burst: 0 },
    basicAuth: { staff: Text.of(new Secret('staff', 'open')) },
    redirects: { '/*': 'https://www.shop.test/*' },
  };
  const answer = async (name: string): Promise<string> => {
    const { status, body } = await host.get(
      '/healthz',
      '-H',
      `Host: ${name}`,
      '-H',
      'X-Visitor: 192.0.2.1',
    );
    return `${String(status)} ${body.trim()}`;
  };

  it('tells a load balancer the truth, whatever name it asks for', async () => {
    await deploy({ sites: { shop: site } });
    for (const name of ['192.0.2.80', 'shop.test']) {
      expect([await answer(name), await answer(name)]).toEqual(['200 healthy', '200 healthy']);
    }
    expect((await host.get('/', '-H', 'Host: 192.0.2.80')).status).toBe(421);
    await host.succeed(sh`echo now >/srv/shop/maintenance`);
    expect(await answer('192.0.2.80')).toBe('503 not healthy');
    expect(await answer('shop.test')).toBe('503 not healthy');
    await host.succeed(sh`
      rm /srv/shop/maintenance
      sed -i 's/return 200 "client"/return 500 "ill"/' /etc/nginx/conf.d/processes.conf
      systemctl restart nginx`);
    expect(await answer('192.0.2.80')).toBe('503 not healthy');
    expect(await answer('shop.test')).toBe('503 not healthy');
    await host.succeed(sh`
      rm /etc/nginx/conf.d/processes.conf
      systemctl restart nginx`);
    expect(await answer('192.0.2.80')).toBe('503 not healthy');
    expect(await host.succeed(sh`grep -c healthz /var/log/nginx/shop.access.log || :`)).toBe('0\n');
  });

  it('is answered by a site for any name, and gone with its setting', async () => {
    await deploy({ sites: { shop: { health: '/healthz' } } });
    expect(await answer('192.0.2.80')).toBe('200 healthy');
    await deploy({ sites: { shop: {} } });
    expect(await answer('192.0.2.80')).toBe('200 client');
  });
});
