import { Secret, Text } from '@fairness-deploy/shell/secret';
import { checkShell, saying } from '@fairness-deploy/shell/testing';
import { exampleContext, exampleProcess, newContent } from '@fairness-deploy/core/testing';
import type { Environment, Plugin } from '@fairness-deploy/core';
import { type Resource } from '@fairness-deploy/core/resources';
import { type ReleaseStep } from '@fairness-deploy/release';
import { type Issue } from '@fairness-deploy/environment-file';
import { describe, expect, it } from 'vitest';
import { exampleRelease, releaseFilesOf, releaseStepsOf } from '@fairness-deploy/release/testing';
import { plugin } from './nginx-plugin.js';
import { sectionSchema } from './section/section.js';
import { application, bare, environment, process } from './testing/environment.js';

const resources = (section: unknown = {}): readonly Resource[] =>
  plugin.resources?.(exampleContext(sectionSchema.parse(section), environment)) ?? [];

const stepsOf = (section: unknown = {}, of = application): readonly ReleaseStep[] =>
  releaseStepsOf(
    plugin,
    exampleContext(sectionSchema.parse(section), { ...environment, application: of }),
    exampleRelease(of),
  );
/** Processes with several instances, with a socket, with a path that has to be quoted, and files. */
const everyKind = {
  ...application,
  processes: [
    process('client', 3001, '/'),
    { ...process('api', 3100, '/api/'), instances: 2 },
    exampleProcess({ name: 'search', listen: 'socket', route: '/b%C3%BCcher%20/$' }),
    process('worker', 3002),
    process('admin', 3300),
    exampleProcess({
      name: 'php',
      port: 3400,
      fastcgi: { root: 'public', index: 'index.php', scripts: 'all' },
    }),
  ],
  static: [
    { path: '/assets/', folder: 'dist/assets', cache: 'immutable' },
    { path: '/guide', folder: 'docs', cache: 60, notFound: '404.html' },
    { path: '/media', shared: 'uploads', cache: 'never' },
    { path: '/blog', folder: 'public', cache: 'revalidate', otherwise: 'php' },
  ],
} as const;
const everySite = {
  sites: {
    shop: {},
    admin: {
      domains: ['admin.shop.test'],
      routes: { '/': 'admin', '/help': { folder: 'docs/help', fallback: 'index.html' } },
    },
  },
};
const filesOf = (): Readonly<Record<string, string>> =>
  releaseFilesOf(
    plugin,
    exampleContext(sectionSchema.parse(everySite), { ...environment, application: everyKind }),
    exampleRelease(everyKind),
  );
const steps = stepsOf();

const check = (
  section: unknown,
  overrides: Partial<Environment> = {},
  plugins: readonly Plugin[] = [],
): readonly Issue[] =>
  plugin.validate?.(sectionSchema.parse(section), { ...environment, ...overrides }, plugins) ?? [];

const written = (address: string, section?: unknown): string =>
  newContent(resources(section), address);

describe('nginx', () => {
  it('is set up in this order', () => {
    expect(resources().map(({ address }) => address)).toEqual([
      'nginx:ipv6',
      'apt:packages',
      'nginx:ports',
      'directory:/etc/nginx/upstreams',
      'directory:/usr/local/share/fairness-deploy/maintenance',
      'file:/usr/local/share/fairness-deploy/maintenance/shop.html',
      'directory:/etc/nginx/logins',
      'file:/etc/nginx/logins/shop',
      'nginx:nginx.conf',
      'nginx:sites-enabled/default',
      'nginx:upstreams/000-shop.conf',
      'nginx-upstreams:shop-blue',
      'nginx-upstreams:shop-green',
      'nginx:sites-enabled',
      'nginx:sites-enabled/000-unknown-names-shop.conf',
      'nginx:sites-enabled/shop.conf',
      'nginx:site-snippets/shop.conf',
      'nginx:health/shop.conf',
      'site-certificate:shop',
      'directory:/etc/systemd/system/nginx.service.d',
      'unit-drop-in:nginx',
      'service:nginx',
    ]);
  });

  it('installs the programs that its steps run', () => {
    const packages = resources().find(({ address }) => address === 'apt:packages');
    expect(packages?.plan('')?.differences.map(({ field }) => field)).toEqual([
      'curl',
      'logrotate',
      'nginx',
    ]);
  });

  it('listens on IPv4 only when it is told to, and refuses a host that has no IPv6', () => {
    const [families] = resources();
    expect(families?.plan('')).toBeUndefined();
    expect(() => families?.plan('none\n')).toThrow(
      saying(
        "Cannot use nginx on this host: it has no IPv6\n  → write into the environment's file: nginx: { ipv6: false }",
      ),
    );
    const only = { ipv6: false, sites: { shop: { domains: ['shop.test'] } } };
    for (const name of ['shop', '000-unknown-names-shop']) {
      expect(written(`nginx:sites-enabled/${name}.conf`, only)).not.toContain('[::]');
    }
    expect(written('nginx:sites-enabled/shop.conf', { ipv6: false })).not.toContain('[::]');
  });

  it('is configured so', async () => {
    await expect(written('nginx:upstreams/000-shop.conf')).toMatchFileSnapshot(
      'testing/golden/defaults.conf',
    );
    await expect(written('nginx:nginx.conf')).toMatchFileSnapshot('testing/golden/nginx.conf');
    const realIp = { from: ['10.0.0.0/8', '2001:db8::/32'] };
    await expect(written('nginx:nginx.conf', { realIp, brotli: true })).toMatchFileSnapshot(
      'testing/golden/every-setting-nginx.conf',
    );
    await expect(filesOf()['nginx-green.conf']).toMatchFileSnapshot(
      'testing/golden/upstreams.conf',
    );
    await expect(filesOf()['nginx-routes']).toMatchFileSnapshot('testing/golden/routes.tsv');
    await expect(written('nginx:sites-enabled/shop.conf')).toMatchFileSnapshot(
      'testing/golden/any-name.conf',
    );
    const named = {
      sites: { shop: { domains: ['shop.test', '*.shop.test'], bodyLimit: '1g', timeout: 5 } },
    };
    await expect(written('nginx:sites-enabled/shop.conf', named)).toMatchFileSnapshot(
      'testing/golden/named.conf',
    );
    const every = {
      domains: ['shop.test'],
      headers: { 'Permissions-Policy': 'camera=()', 'x-frame-options': '', 'X-Own': 'say "hi"' },
      basicAuth: { staging: Text.of(new Secret('staging', 'open')) },
      contentSecurityPolicy: { policy: "default-src 'self'; img-src *", reportOnly: true },
      limit: { requests: '10/s', burst: 40 },
      log: { format: 'json' },
      health: '/healthz',
      redirects: {
        '/old': '/new',
        '/blog/*': 'https://blog.test/*',
        '/*': 'https://www.shop.test/*',
        '/now': { to: '/then?a=b', status: 307 },
      },
      paths: {
        '/api/upload': { bodyLimit: '1g', timeout: 300, limit: false },
        '/admin': { allow: ['203.0.113.0/24', '2001:db8::/32'] },
        '/login': { limit: { requests: '10/m', burst: 0 } },
        '/api': { headers: { 'X-Robots-Tag': 'noindex' } },
        '/api/health': { log: false },
      },
    };
    await expect(
      written('nginx:sites-enabled/shop.conf', { sites: { shop: every } }),
    ).toMatchFileSnapshot('testing/golden/every-setting.conf');
    await expect(written('nginx:health/shop.conf', { sites: { shop: every } })).toMatchFileSnapshot(
      'testing/golden/health.conf',
    );
    await expect(
      written('nginx:sites-enabled/000-unknown-names-shop.conf', named),
    ).toMatchFileSnapshot('testing/golden/unknown-names.conf');
  });

  it.each([
    [
      { basicAuth: { staging: Text.of(new Secret('staging', 'open')) } },
      'it asks for no login, and the site has basicAuth',
    ],
    [{ allow: ['10.0.0.0/8'] }, 'it answers all addresses, and the site has allow'],
    [{ limit: { requests: '1/s' } }, 'it limits no requests, and the site has limit'],
    [{ snippet: 'snippet.conf' }, "it leaves the site's snippet out"],
  ])('refuses a template of its own that leaves %j out', (settings, problem) => {
    const site = { domains: ['shop.test'], template: 'own-site.conf.ejs', ...settings };
    expect(() => resources({ sites: { shop: site } })).toThrow(problem);
  });

  it('makes and repairs the upstreams of a colour', () => {
    const blue = resources().find(({ address }) => address === 'nginx-upstreams:shop-blue');
    expect(blue?.plan('')).toBeUndefined();
    expect(blue?.plan('missing\n')).toMatchObject({ action: 'create' });
    expect(blue?.plan('differs\n')).toMatchObject({
      action: 'update',
      differences: [{ from: 'not those of the live release', to: 'those of the live release' }],
    });
  });

  it('claims its sites and names for itself, and its ports for nginx', () => {
    const section = sectionSchema.parse({
      sites: { shop: {}, admin: { domains: ['a.test', '*.b.test'], listen: 8080 } },
    });
    expect(
      plugin
        .claims?.(exampleContext(section, environment))
        .map(({ what, is }) => `${what} is ${is}`),
    ).toEqual([
      'the site shop is for shop',
      'the site admin is for shop',
      'any name on the port 80 is for shop',
      'a.test on the port 8080 is for shop',
      '*.b.test on the port 8080 is for shop',
      'the port 80 is for nginx',
      'the port 8080 is for nginx',
      'nginx.tlsProfile is intermediate',
      'nginx.http3 is false',
      'nginx.ipv6 is true',
      'nginx.shutdownTimeout is 30',
      'nginx.brotli is false',
      'nginx.realIp is not set',
      'nginx.log.days is not set',
    ]);
  });

  it("takes the project's own template", () => {
    const site = { domains: ['shop.test'], template: 'own-site.conf.ejs' };
    expect(written('nginx:sites-enabled/shop.conf', { sites: { shop: site } })).toBe(
      `# Site shop of shop. Managed by fairness-deploy: changes made here are overwritten by the next provision.
# Key nginx.sites.shop.template (own-site.conf.ejs)
server {
    listen 80;
    server_name shop.test;
    set $upstream $shop_blue;
    if (-f /srv/shop/live/green) { set $upstream $shop_green; }
    location / { proxy_pass http://$upstream; }
}
`,
    );
  });

  it('knows the path of a health check that leads to its process', () => {
    const asked = (path: string): string => {
      const one = process('api', 3000, '/api/');
      const of = { ...application, processes: [{ ...one, health: { ...one.health, path } }] };
      const context = exampleContext(sectionSchema.parse({}), { ...environment, application: of });
      return releaseFilesOf(plugin, context, exampleRelease(of))['nginx-routes'] ?? '';
    };
    expect(asked('/api/health?deep')).toBe('-\tprocess\t/api\tapi\t/api/health?deep\t200\n');
    expect(asked('/api')).toBe('-\tprocess\t/api\tapi\t/api\t200\n');
    expect(asked('/health')).toBe('-\tprocess\t/api\tapi\t-\t200\n');
    expect(asked('/apis')).toBe('-\tprocess\t/api\tapi\t-\t200\n');
  });

  it('renders scripts that a POSIX shell takes', async () => {
    const section = sectionSchema.parse({});
    const scripts = resources().flatMap((resource) => {
      const apply = resource.plan(
        resource.address.endsWith('default')
          ? 'pending\n81a4:0:root:0:root:1\n' + '0'.repeat(64) + '\n'
          : resource.address.startsWith('nginx-')
            ? 'missing\n'
            : '',
      )?.apply;
      return [resource.read, ...(apply && resource.address.startsWith('nginx') ? [apply] : [])];
    });
    const checks = plugin.checks?.(exampleContext(section, environment)) ?? [];
    const ofSteps = steps.flatMap(({ run, undo }) => [run, ...(undo ? [undo] : [])]);
    for (const script of [...scripts, ...ofSteps, ...checks.map(({ read }) => read)]) {
      await checkShell(script);
    }
  });
});

describe('the section nginx', () => {
  it.each([
    ['https://shop.test/', 'write the name alone: shop.test'],
    ['Shop.Test', 'write shop.test'],
    ['shop.test:8080', "the port goes into the site's listen"],
    ['10.0.0.1', 'leave the domains out: the site then answers to any name and address'],
    ['kooperative-grün.de', 'write its ASCII form, xn--… (RFC 3490)'],
    ['a..b', undefined],
    ['$(id).test', undefined],
    ['-a.test', undefined],
    ['~^.*$', undefined],
    ['', undefined],
  ])('refuses %j as a domain', (domain, hint) => {
    const result = sectionSchema.safeParse({ sites: { shop: { domains: [domain] } } });
    expect(result.error?.issues).toMatchObject([
      {
        path: ['sites', 'shop', 'domains', 0],
        message: 'expected a domain name such as example.org or *.example.org',
        ...(hint !== undefined && { params: { hint } }),
      },
    ]);
  });

  it('refuses a domain that is given twice, but not on another port', () => {
    const sites = {
      one: { domains: ['a.test', 'b.test', 'a.test'] },
      two: { domains: ['b.test'] },
      three: { domains: ['b.test'], listen: 8080 },
    };
    expect(check({ sites })).toMatchObject([
      { path: ['sites', 'one', 'domains', 2], message: '"a.test" is given twice' },
      {
        path: ['sites', 'two', 'domains', 0],
        message: '"b.test" belongs to the site "one" already',
      },
    ]);
  });

  it('refuses one health URL of two sites', () => {
    const sites = { one: { health: '/up' }, two: { listen: 81, health: '/up' } };
    expect(check({ sites })).toMatchObject([{ path: ['sites', 'two', 'health'] }]);
    const redirecting = {
      one: { redirects: { '/%75p': '/down' } },
      two: { domains: ['two.test'], health: '/up' },
    };
    expect(check({ sites: redirecting })).toMatchObject([
      { path: ['sites', 'two', 'health'], message: 'the site "one" redirects "/up"' },
    ]);
    const result = sectionSchema.safeParse({ sites: { shop: { health: '/a b;' } } });
    expect(result.error?.issues).toMatchObject([{ path: ['sites', 'shop', 'health'] }]);
  });

  it('refuses two policies of a site', () => {
    const headers = { 'content-security-policy': 'img-src *' };
    const contentSecurityPolicy = 'img-src *';
    expect(
      check({
        sites: { shop: { headers, contentSecurityPolicy }, other: { listen: 81, headers } },
      }),
    ).toMatchObject([{ path: ['sites', 'shop', 'headers', 'content-security-policy'] }]);
  });

  it('refuses a port on which a process listens, in whatever colour', () => {
    expect(check({ sites: { shop: { listen: 3101 } } })).toMatchObject([
      {
        path: ['sites', 'shop', 'listen'],
        message: expect.stringContaining('"client"') as unknown,
      },
    ]);
  });

  it('refuses two sites for any name', () => {
    expect(check({ sites: { one: {}, two: {} } })).toMatchObject([
      { path: ['sites', 'two'], message: 'the site "one" answers to any name on port 80 already' },
    ]);
  });

  it('refuses to stand in front of nothing', () => {
    expect(
      check({}, { application: { ...application, processes: [process('worker', 1)] } }),
    ).toMatchObject([
      { path: [], hint: 'give a process a route under application.processes, such as: route: /' },
    ]);
    expect(plugin.validate?.(sectionSchema.parse({}), bare, [])).toMatchObject([{ path: [] }]);
  });

  it('refuses routes to processes that do not listen or are not there, and folders that are not shared', () => {
    const sites = {
      shop: {
        listen: 8080,
        routes: {
          '/': 'clinet',
          '/jobs/': 'jobs',
          '/media': { shared: 'uploads' },
          '/api': 'api',
        },
      },
    };
    const processes = [...application.processes, exampleProcess({ name: 'jobs' })];
    const sections = { release: { shared: ['storage'] } };
    expect(
      check({ sites }, { application: { ...application, processes }, sections }),
    ).toMatchObject([
      { path: ['sites', 'shop', 'routes', '/'], message: 'there is no process "clinet"' },
      {
        path: ['sites', 'shop', 'routes', '/jobs/'],
        message: 'the process "jobs" is a worker, and listens nowhere',
      },
      {
        path: ['sites', 'shop', 'routes', '/media', 'shared'],
        hint: 'add it there: shared: [uploads]',
      },
    ]);
  });

  it.each([
    [{ headers: { Connection: 'x' } }, ['headers', 'Connection']],
    [{ headers: { 'X-A': '$host' } }, ['headers', 'X-A']],
    [{ headers: { 'X-A': 'a\r\nSet-Cookie: b' } }, ['headers', 'X-A']],
    [{ headers: { 'X-A': '1', 'x-a': '2' } }, ['headers', 'x-a']],
    [{ headers: { 'X A': '1' } }, ['headers', 'X A']],
    [{ redirects: { '/old': '//evil.test' } }, ['redirects', '/old']],
    [{ redirects: { '/old': 'javascript:x' } }, ['redirects', '/old']],
    [{ redirects: { '/old/*': '/new' } }, ['redirects', '/old/*']],
    [{ redirects: { '/old/../*': '/new/*' } }, ['redirects', '/old/../*']],
    [{ redirects: { '/old': { to: '/new', status: 200 } } }, ['redirects', '/old']],
    [{ headers: { 'Content-Type': 'x' } }, ['headers', 'Content-Type']],
    [{ redirects: { '/old': '/new', '/%6Fld': '/new' } }, ['redirects', '/%6Fld']],
    [{ redirects: { '/%zz': '/new' } }, ['redirects', '/%zz']],
    [{ redirects: { '/%24x': '/new' } }, ['redirects', '/%24x']],
    [
      { redirects: { '/.well-known/acme-challenge/*': '/x/*' } },
      ['redirects', '/.well-known/acme-challenge/*'],
    ],
    [{ redirects: { '/.maintenance': '/x' } }, ['redirects', '/.maintenance']],
    [{ basicAuth: { staff: 'in clear' } }, ['basicAuth', 'staff']],
    [{ basicAuth: { 'a:b': Text.of(new Secret('x', 'x')) } }, ['basicAuth', 'a:b']],
    [{ basicAuth: {} }, ['basicAuth']],
    [{ routes: { '/a': 'x', '/a/': 'y' } }, ['routes', '/a/']],
    [{ paths: { a: {} } }, ['paths', 'a']],
    [{ limit: { requests: '10' } }, ['limit', 'requests']],
    [{ limit: { requests: '0/s' } }, ['limit', 'requests']],
    [{ limit: { requests: '10/h' } }, ['limit', 'requests']],
    [{ limit: { requests: '1/s', burst: -1 } }, ['limit', 'burst']],
    [{ limit: false }, ['limit']],
    [{ contentSecurityPolicy: '' }, ['contentSecurityPolicy']],
    [{ contentSecurityPolicy: 'default-src self' }, ['contentSecurityPolicy']],
    [{ contentSecurityPolicy: "'self' https:" }, ['contentSecurityPolicy']],
    [{ contentSecurityPolicy: "img-src *; img-src 'self'" }, ['contentSecurityPolicy']],
    [{ contentSecurityPolicy: "script-src 'nonce-abc'" }, ['contentSecurityPolicy']],
    [{ contentSecurityPolicy: 'img-src $host' }, ['contentSecurityPolicy']],
    [{ contentSecurityPolicy: { policy: 'img-src *\n' } }, ['contentSecurityPolicy', 'policy']],
    [{ allow: [] }, ['allow']],
    [{ allow: ['203.0.113.1/24'] }, ['allow', 0]],
    [{ paths: { '/a': { allow: ['a;b'] } } }, ['paths', '/a', 'allow', 0]],
  ])('refuses %j of a site', (site, path) => {
    const result = sectionSchema.safeParse({ sites: { shop: site } });
    expect(result.error?.issues).toMatchObject([{ path: ['sites', 'shop', ...path] }]);
  });

  it.each([
    [{ from: [] }, ['from']],
    [{ from: ['0.0.0.0/0'] }, ['from', 0]],
    [{ from: ['10.0.0.1/8'] }, ['from', 0]],
    [{ from: ['10.0.0.0/8'], header: 'proxy_protocol' }, ['header']],
    [{ from: ['10.0.0.0/8'], header: 'X A' }, ['header']],
  ])('refuses %j as realIp', (realIp, path) => {
    const result = sectionSchema.safeParse({ realIp });
    expect(result.error?.issues).toMatchObject([{ path: ['realIp', ...path] }]);
  });

  it('refuses a template that is not there', () => {
    expect(check({ sites: { shop: { template: 'none.ejs' } } })).toMatchObject([
      { path: ['sites', 'shop', 'template'] },
    ]);
  });
});
