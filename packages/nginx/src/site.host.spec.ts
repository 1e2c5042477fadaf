import { type Application } from '@fairness-deploy/core';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import { startTestHost } from '@fairness-deploy/sandbox/testing';
import { sh } from '@fairness-deploy/shell';
import { describe, expect, it } from 'vitest';
import { application as shop, process } from './testing/environment.js';
import { useSiteHost } from './testing/site-host.js';

const host = useSiteHost(() => startTestHost('nginx-site'));

describe('a site', () => {
  const application: Application = {
    ...shop,
    processes: [process('client', 3001, '/'), process('api', 3000, '/api'), process('admin', 3300)],
  };
  const admin = {
    listen: 8080,
    routes: { '/': 'admin', '/help': { folder: 'help', fallback: 'index.html' } },
    basicAuth: { staging: Text.of(new Secret('staging', 'open "sesame"')) },
  };
  const every = {
    shop: {
      headers: { 'X-Frame-Options': 'DENY', 'Referrer-Policy': '' },
      contentSecurityPolicy: "default-src 'self'",
      redirects: {
        '/old': '/new',
        '/blog/*': { to: 'https://blog.test/*', status: 302 },
        '/away/*': '/*',
      },
      paths: {
        '/api/upload': { bodyLimit: '20m', timeout: 1 },
        '/api': { headers: { 'X-Robots-Tag': 'noindex' }, log: false },
      },
    },
    admin,
  };
  it('shows its own routes to those who log in', async () => {
    await host.provision({ sites: every }, application);
    const deployment = host.release(application, { sites: every }, 'blue');
    await deployment.make({ 'help/index.html': 'help' });
    // Each process answers with its name and the path as it came.
    await host.succeed(sh`
      printf %s ${`
        server { listen 127.0.0.1:3000; client_max_body_size 0; location / { add_header X-Frame-Options ALLOW; add_header Referrer-Policy origin; add_header Permissions-Policy usb=(self); return 200 "api $request_uri"; } location /api/slow { proxy_pass http://127.0.0.1:9; } }
        server { listen 127.0.0.1:3001; location / { return 200 "client $request_uri"; } }
        server { listen 127.0.0.1:3300; location / { return 200 "admin $request_uri"; } }
      `} >/etc/nginx/conf.d/processes.conf
      systemctl restart nginx`);
    await deployment.goLive();
    expect((await host.get(':8080/')).status).toBe(401);
    expect((await host.get(':8080/', '-u', 'staging:other')).status).toBe(401);
    const login = ['-u', 'staging:open "sesame"'];
    expect((await host.get(':8080/a?b', ...login)).body).toBe('admin /a?b');
    expect((await host.get(':8080/help/none', ...login)).body).toBe('help');
    expect((await host.get(':8080/api', ...login)).body).toBe('admin /api');
    expect((await host.get('/help')).body).toBe('client /help');
    expect((await host.get('/api/a%20b?c=%2F')).body).toBe('api /api/a%20b?c=%2F');
    const stat = sh`stat -c '%a %U:%G' /etc/nginx/logins/admin`;
    expect(await host.succeed(stat)).toBe('640 root:www-data\n');
  });

  it('sets headers, limits and logs as it says, by path', async () => {
    const ofClient = (await host.get('/')).headers;
    expect(ofClient).toMatchObject({
      'x-frame-options': 'DENY',
      'content-security-policy': "default-src 'self'",
      'permissions-policy': expect.stringContaining('usb=()') as unknown,
    });
    expect(ofClient).not.toHaveProperty('referrer-policy');
    const ofApi = (await host.get('/api/x')).headers;
    expect(ofApi).toMatchObject({
      ...{ 'x-frame-options': 'DENY', 'x-robots-tag': 'noindex' },
      ...{ 'content-security-policy': "default-src 'self'", 'permissions-policy': 'usb=(self)' },
    });
    expect(ofApi).not.toHaveProperty('referrer-policy');

    const body = sh`head -c 15000000 /dev/zero`;
    const upload = async (path: string): Promise<string> =>
      host.succeed(
        sh`${body} | curl -sS -o /dev/null -w '%{http_code}' --data-binary @- ${`http://127.0.0.1${path}`}`,
      );
    expect(await upload('/api/upload')).toBe('200');
    expect(await upload('/api/other')).toBe('413');
    await host.get('/favicon.ico');
    await host.get('/logged');
    const log = await host.succeed(sh`cat /var/log/nginx/shop.access.log`);
    expect(log).toContain('GET /logged ');
    expect(log).not.toMatch(/GET \/(?:favicon\.ico|api\/x) /);
  });

  it('redirects', async () => {
    expect(await host.get('/old?a=b')).toMatchObject({
      status: 301,
      headers: { location: '/new?a=b' },
    });
    expect(await host.get('/older')).toMatchObject({ status: 200 });
    for (const evil of ['//evil.test', '/\\evil.test', '///evil.test']) {
      expect((await host.get(`/away${evil}`)).headers['location']).toBe('/evil.test');
    }
    expect(await host.get('/old/')).toMatchObject({ status: 200 });
    const moved = await host.get('/blog/a%0d%0aX-Evil:%20b?c');
    expect(moved.headers['location']).toBe('https://blog.test/a%0d%0aX-Evil:%20b?c');
    expect(moved).toMatchObject({ status: 302 });
    expect(moved.headers).not.toHaveProperty('x-evil');
  });

  it('keeps the routes of the live release until the next deployment', async () => {
    const other = { ...every, admin: { ...admin, routes: { '/': 'api' } } };
    await host.provision({ sites: other }, application);
    const login = ['-u', 'staging:open "sesame"'];
    expect((await host.get(':8080/', ...login)).body).toBe('admin /');
    const next = host.release(application, { sites: other }, 'green');
    await next.make({});
    await host.succeed(sh`
      sed 's/127.0.0.1:3\([0-9]\)/127.0.0.1:3\1/; s/:3001/:3101/; s/:3000/:3100/; s/:3300/:3400/' /etc/nginx/conf.d/processes.conf >/etc/nginx/conf.d/green.conf
      systemctl restart nginx`);
    await next.goLive();
    expect((await host.get(':8080/', ...login)).body).toBe('api /');
    // A site that the release does not know shows the application's own routes, if it is to have none.
    const more = { listen: 8081 };
    const closed = { listen: 8082, routes: { '/': 'client' } };
    await host.provision({ sites: { ...other, more, closed } }, application);
    expect((await host.get(':8081/')).body).toBe('client /');
    expect((await host.get(':8082/')).status).toBe(404);
  });

  it('shows the maintenance page to those who do not log in', async () => {
    await host.succeed(sh`echo now >/srv/shop/maintenance`);
    expect((await host.get(':8080/')).status).toBe(503);
    expect((await host.get(':8080/')).body).toContain('back soon');
    await host.succeed(sh`rm /srv/shop/maintenance`);
  });
});
