import { checkShell } from '@fairness-deploy/shell/testing';
import { exampleContext, newContent } from '@fairness-deploy/core/testing';
import { type Environment, type Process } from '@fairness-deploy/core';
import { type Resource } from '@fairness-deploy/core/resources';
import { type ReleaseStep } from '@fairness-deploy/release';
import { type Issue } from '@fairness-deploy/environment-file';
import { describe, expect, it } from 'vitest';
import { exampleRelease, releaseStepsOf } from '@fairness-deploy/release/testing';
import { plugin } from './nginx-plugin.js';
import { sectionSchema } from './section.js';
import { routes, siteConfiguration } from './site.js';
import { application, bare, environment, process } from './testing/environment.js';

const resources = (section: unknown = {}): readonly Resource[] =>
  plugin.resources?.(exampleContext(sectionSchema.parse(section), environment)) ?? [];

const stepsOf = (section: unknown = {}, of = environment): readonly ReleaseStep[] =>
  releaseStepsOf(
    plugin,
    exampleContext(sectionSchema.parse(section), of),
    exampleRelease(application),
  );
const steps = stepsOf();

const check = (section: unknown, overrides: Partial<Environment> = {}): readonly Issue[] =>
  plugin.validate?.(sectionSchema.parse(section), { ...environment, ...overrides }) ?? [];

const written = (address: string, section?: unknown): string =>
  newContent(resources(section), address);

describe('nginx', () => {
  it('is set up in this order', () => {
    expect(resources().map(({ address }) => address)).toEqual([
      'apt:packages',
      'directory:/etc/nginx/upstreams',
      'directory:/usr/local/share/fairness-deploy/maintenance',
      'file:/usr/local/share/fairness-deploy/maintenance/shop.html',
      'nginx:nginx.conf',
      'nginx:sites-enabled/default',
      'nginx:upstreams/shop-client.conf',
      'nginx:upstreams/shop-api.conf',
      'nginx:sites-enabled/000-unknown-names.conf',
      'nginx:sites-enabled/shop.conf',
      'directory:/etc/systemd/system/nginx.service.d',
      'unit-drop-in:nginx',
      'service:nginx',
    ]);
  });

  it('installs the programs that its steps run', () => {
    const packages = resources().find(({ address }) => address === 'apt:packages');
    expect(packages?.plan('')?.differences.map(({ field }) => field)).toEqual(['curl', 'nginx']);
  });

  it('is configured so', async () => {
    await expect(written('nginx:nginx.conf')).toMatchFileSnapshot('golden/nginx.conf');
    await expect(written('nginx:upstreams/shop-api.conf')).toMatchFileSnapshot(
      'golden/upstream.conf',
    );
    await expect(written('nginx:sites-enabled/shop.conf')).toMatchFileSnapshot(
      'golden/any-name.conf',
    );
    const named = {
      sites: { shop: { domains: ['shop.test', '*.shop.test'], bodyLimit: '1g', timeout: 5 } },
    };
    await expect(written('nginx:sites-enabled/shop.conf', named)).toMatchFileSnapshot(
      'golden/named.conf',
    );
    await expect(written('nginx:sites-enabled/000-unknown-names.conf', named)).toMatchFileSnapshot(
      'golden/unknown-names.conf',
    );
  });

  it('answers 404 where no process is responsible', () => {
    const configuration = siteConfiguration(
      { ...application, processes: [process('api', 3000, '/api/')] },
      'shop',
      { listen: 80, bodyLimit: '1m', timeout: 60 },
      __dirname,
    );
    expect(configuration).toContain('location = /api {');
    expect(configuration).toContain('location /api/ {');
    expect(configuration).toContain('location / {\n        return 404;');
  });

  it('compares paths as nginx does, decoded', () => {
    const [route] = routes({
      ...application,
      processes: [process('api', 3000, '/b%C3%BCcher%20/')],
    });
    expect(route).toEqual({ path: '/bücher ', upstream: 'shop-api' });
    expect(routes({ ...application, processes: [process('api', 3000, '/50%')] })[0]?.path).toBe(
      '/50%',
    );
  });

  it("takes the project's own template", () => {
    const site = { domains: ['shop.test'], template: 'own-site.conf.ejs' };
    expect(written('nginx:sites-enabled/shop.conf', { sites: { shop: site } })).toBe(
      `server {
    listen 80;
    server_name shop.test;
    set $colour blue;
    if (-f /srv/shop/live/green) { set $colour green; }
    location /api/ { proxy_pass http://shop-api-$colour; }
    location / { proxy_pass http://shop-client-$colour; }
}
`,
    );
  });

  it('confirms what can be asked through a route, and what a template of its own does not answer', () => {
    const confirmed = (section: unknown, ...processes: readonly Process[]): string =>
      String(
        stepsOf(section, { ...environment, application: { ...application, processes } }).find(
          ({ phase }) => phase === 'confirm',
        )?.run,
      );
    const api = (path: string): Process => {
      const one = process('api', 3000, '/api/');
      return { ...one, health: { ...one.health, path } };
    };
    expect(confirmed({}, api('/api/health?deep'))).toContain(
      "fd_ask api 'http://127.0.0.1:80/api/health?deep' localhost 200",
    );
    expect(confirmed({}, api('/api'))).toContain('fd_ask api http://127.0.0.1:80/api');
    expect(confirmed({}, api('/health'))).not.toContain('fd_ask api');
    expect(confirmed({}, api('/apis'))).not.toContain('fd_ask api');
    const own = { sites: { shop: { domains: ['shop.test'], template: 'own-site.conf.ejs' } } };
    expect(confirmed(own, api('/api'))).not.toContain('fd_ask api');
    const named = { sites: { shop: { domains: ['*.shop.test', 'shop.test'], listen: 8080 } } };
    expect(confirmed(named, api('/api'))).toContain('http://127.0.0.1:8080/api shop.test 200');
  });

  it('renders scripts that a POSIX shell takes', async () => {
    const section = sectionSchema.parse({});
    const scripts = resources().flatMap((resource) => {
      const apply = resource.plan(
        resource.address.endsWith('default')
          ? 'pending\n81a4:0:root:0:root:1\n' + '0'.repeat(64) + '\n'
          : '',
      )?.apply;
      return [resource.read, ...(apply && resource.address.startsWith('nginx:') ? [apply] : [])];
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
    expect(plugin.validate?.(sectionSchema.parse({}), bare)).toMatchObject([{ path: [] }]);
  });

  it('refuses a template that is not there', () => {
    expect(check({ sites: { shop: { template: 'none.ejs' } } })).toMatchObject([
      { path: ['sites', 'shop', 'template'] },
    ]);
  });
});
