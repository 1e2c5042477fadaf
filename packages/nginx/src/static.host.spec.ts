import { type Application, type StaticFiles } from '@fairness-deploy/core';
import { systemUser, type Resource } from '@fairness-deploy/core/resources';
import { applyResources, exampleContext, runScript } from '@fairness-deploy/core/testing';
import { layoutOf, programsOf, type Colour, type Release } from '@fairness-deploy/release';
import { releaseStepsOf } from '@fairness-deploy/release/testing';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import { lines, sh, type Connection, type Script } from '@fairness-deploy/shell';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plugin } from './nginx-plugin.js';
import { sectionSchema } from './section.js';
import { application as shop, environment, process } from './testing/environment.js';
import { placeRelease } from './testing/place-release.js';

let test: TestHost;
let connection: Connection;

beforeAll(async () => {
  test = await startTestHost('nginx-static');
  connection = await test.connect();
  // The home is root's, before there is the user.
  await succeed(sh`mkdir -p ${[layout.releases, layout.configuration, layout.dependencies]}`);
  await provision({ sites: { shop: {} } }, { ...shop, static: [{ ...ASSETS, path: '/' }] });
  await succeed(sh`
    mkdir -p /srv/shop/shared/folders/uploads
    chown -R shop:shop /srv/shop/shared/folders`);
});
afterAll(async () => {
  await connection.close();
  await test.stop();
});

const ASSETS = { path: '/assets', folder: 'dist/assets', cache: 'immutable' } as const;
const layout = layoutOf(shop);

const run = (script: Script) => runScript(connection, script);
const succeed = async (script: Script): Promise<string> => {
  const { status, stderr, text } = await run(script);
  expect({ status, stderr }).toMatchObject({ status: 0 });
  return text;
};

const contextOf = (section: unknown, application: Application) =>
  exampleContext(sectionSchema.parse(section), { ...environment, application });

async function provision(section: unknown, application: Application) {
  const user = systemUser({ name: 'shop', home: '/srv/shop', shell: '/bin/sh', system: true });
  const own: readonly Resource[] = plugin.resources?.(contextOf(section, application)) ?? [];
  const ends = await applyResources(connection, [user, ...own]);
  expect(Object.values(ends).filter((end) => end !== 'done')).toEqual([]);
  return ends;
}

let second = 0;

/** A release of an application, and where it goes live. */
class Deployment {
  readonly release: Release;

  constructor(
    readonly application: Application,
    readonly section: unknown,
    readonly colour: Colour,
  ) {
    second += 1;
    const id = `20261123-1015${String(second).padStart(2, '0')}-3f2a1bc`;
    this.release = {
      ...{ id, commit: '3f2a1bc', path: `${layout.releases}/${id}` },
      variablesFile: `${layout.variables}/${id}`,
      programs: programsOf(application, 1),
    };
  }

  /** @param files what is in the release */
  async make(files: Readonly<Record<string, string>>): Promise<void> {
    const { path } = this.release;
    await succeed(sh`
      ${placeRelease(contextOf(this.section, this.application), layout, this.release, this.colour)}
      cd ${path}
      ${lines(
        ...Object.entries(files).map(
          ([name, text]) => sh`mkdir -p "$(dirname ${name})"; printf %s ${text} >${name}`,
        ),
      )}
      chown -R shop:shop ${path}
      chmod 0750 ${path}`);
  }

  step(name: string): Script {
    const context = contextOf(this.section, this.application);
    const found = releaseStepsOf(plugin, context, this.release).find((one) => one.name === name);
    if (!found) throw new Error(`no step ${name}`);
    return found.run;
  }

  /** What nginx does of a deployment or a rollback, with the switch between. */
  async goLive(): Promise<void> {
    await succeed(this.step('static files'));
    await succeed(this.step('prepare nginx'));
    await succeed(sh`
      ln -s ${`colours/${this.colour}`} /srv/shop/.next
      mv -T /srv/shop/.next ${layout.live}`);
    await succeed(this.step('confirm through nginx'));
  }
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

async function get(path: string, ...options: readonly string[]): Promise<Answer> {
  const text = await succeed(
    sh`curl -sS -i --path-as-is ${[...options]} ${`http://127.0.0.1${path}`}`,
  );
  const [head = '', ...body] = text.split('\r\n\r\n');
  const [first = '', ...rest] = head.split('\r\n');
  const headers = Object.fromEntries(
    rest.map((line) => {
      const [name = '', ...value] = line.split(': ');
      return [name.toLowerCase(), value.join(': ')];
    }),
  );
  return { status: Number(first.split(' ')[1]), headers, body: body.join('\r\n\r\n') };
}

const WORKERS = sh`cat /proc/"$(cat /run/nginx.pid)"/task/*/children`;

const only = (...files: readonly StaticFiles[]): Application => ({
  ...shop,
  processes: [],
  static: files,
});

describe('static files', () => {
  const page = { path: '/', folder: 'dist', cache: 'revalidate', notFound: '404.html' } as const;
  const site = only(ASSETS, page);
  const first = new Deployment(site, {}, 'blue');
  const next = new Deployment(site, {}, 'green');

  it('are served without a process', async () => {
    await provision({}, site);
    await first.make({
      'dist/index.html': 'one',
      'dist/404.html': 'nowhere',
      'dist/about.html': 'about',
      'dist/docs/index.html': 'docs',
      'dist/a b/index.html': 'blank',
      'dist/assets/app-1.js': 'app 1',
      'dist/.env': 'SECRET=1',
      'dist/.well-known/security.txt': 'contact',
      'dist/private.txt': 'private',
      '.env': 'SECRET=2',
    });
    await succeed(sh`
      cd ${first.release.path}
      chmod 0600 dist/private.txt
      ln -s ../.env dist/link.txt
      ln -s /etc/hostname dist/host.txt`);
    await first.goLive();

    expect(await get('/')).toMatchObject({
      ...{ status: 200, body: 'one' },
      headers: {
        'cache-control': 'no-cache',
        'content-type': 'text/html; charset=utf-8',
        'x-content-type-options': 'nosniff',
      },
    });
    expect((await get('/about')).body).toBe('about');
    expect((await get('/docs/')).body).toBe('docs');
    const headers = { location: '/docs/?a=b' };
    expect(await get('/docs?a=b')).toMatchObject({ status: 301, headers });
    expect((await get('/a%20b')).headers['location']).toBe('/a%20b/');
    expect((await get('/a%20b/')).body).toBe('blank');
    expect(await get('/assets/app-1.js')).toMatchObject({
      ...{ status: 200, body: 'app 1' },
      headers: { 'cache-control': 'public, max-age=31536000, immutable' },
    });
    expect((await get('/.well-known/security.txt')).body).toBe('contact');
  });

  it('of what is not there are the page for it, with status 404', async () => {
    for (const path of ['/none', '/.env', '/docs/.git/config', '/dist/index.html']) {
      expect({ path, ...(await get(path)) }).toMatchObject({ path, status: 404, body: 'nowhere' });
    }
    // Not for a year.
    expect((await get('/assets/none.js')).headers).not.toHaveProperty('cache-control');
    expect((await get('/', '-X', 'POST')).status).toBe(405);
  });

  it('are not those that only the application may read', async () => {
    expect((await get('/private.txt')).status).toBe(404);
    // A link in the folder is the file that it leads to, as the application sees it.
    expect((await get('/host.txt')).status).toBe(200);
    // Later ones lead nowhere, except to the application's own files.
    await succeed(sh`
      cd ${`/srv/shop/static/${first.release.id}/own`}
      runuser -u shop -- ln -s /etc/passwd %2F/passwd.txt
      runuser -u shop -- ln -s / %2F/root`);
    expect((await get('/passwd.txt')).status).toBe(404);
    expect((await get('/root/etc/passwd')).status).toBe(404);
  });

  it('of the release before stay reachable, when they are immutable', async () => {
    await next.make({
      'dist/index.html': 'two',
      'dist/assets/app-2.js': 'app 2',
      'dist/404.html': 'nowhere',
    });
    const before = await succeed(WORKERS);
    await next.goLive();
    // The routes are the same.
    expect(await succeed(WORKERS)).toBe(before);
    expect((await get('/')).body).toBe('two');
    expect((await get('/assets/app-1.js')).body).toBe('app 1');
    expect((await get('/assets/app-2.js')).body).toBe('app 2');
    expect((await get('/about')).status).toBe(404);
    // A rollback: pages of the newer release are open as well.
    await first.goLive();
    expect((await get('/')).body).toBe('one');
    expect((await get('/assets/app-2.js')).body).toBe('app 2');
  });

  it('outlive their release, and are removed with the last one that has them', async () => {
    await next.goLive();
    await succeed(sh`rm -rf ${first.release.path}`);
    await succeed(next.step('prune static files'));
    expect(await succeed(sh`ls /srv/shop/static`)).toBe(
      `${next.release.id}\n${next.release.id}.routes\n`,
    );
    expect((await get('/assets/app-1.js')).body).toBe('app 1');
    const third = new Deployment(site, {}, 'blue');
    await third.make({ 'dist/404.html': '', 'dist/assets/app-3.js': 'app 3' });
    await third.goLive();
    expect((await get('/assets/app-1.js')).status).toBe(404);
    expect((await get('/assets/app-2.js')).body).toBe('app 2');
  });

  it('must be there, and within the release', async () => {
    const fails = async (files: StaticFiles, prepare: Script): Promise<string> => {
      const one = new Deployment(only(files), {}, 'green');
      await one.make({ 'dist/other.html': '' });
      await succeed(sh`cd ${one.release.path}; ${prepare}`);
      const { status, stderr } = await run(one.step('static files'));
      expect(status).toBe(1);
      return stderr;
    };
    const { path } = next.release;
    expect(await fails({ ...page, folder: 'build' }, sh`:`)).toMatch(
      /^Cannot serve build at \/: the release has no such folder\n {2}→ see what install and build made: ls -l \S+\n$/,
    );
    expect(await fails(page, sh`:`)).toMatch(/^Cannot serve dist at \/: it has no file 404.html\n/);
    expect(await fails(page, sh`ln -s none dist/lost`)).toMatch(
      /^Cannot serve \S+\/dist: the link lost leads nowhere\n/,
    );
    expect(await fails({ ...page, folder: 'out' }, sh`ln -s ${path} out`)).toContain(
      `Cannot serve out at /: a link leads out of the release, to ${path}\n`,
    );
  });

  it('leave requests without a file to a process, and never show a script', async () => {
    const files = { path: '/', folder: 'public', cache: 'revalidate', otherwise: 'api' } as const;
    const withApi = { ...only(files), processes: [process('api', 3000)] };
    const one = new Deployment(withApi, {}, 'green');
    await one.make({ 'public/hat.txt': 'hat', 'public/index.php': '<?php secret' });
    await succeed(sh`
      printf %s ${'server { listen 127.0.0.1:3100; location / { add_header Cache-Control private; return 200 "api $request_uri"; } }'} >/etc/nginx/conf.d/api.conf
      systemctl reload nginx`);
    await one.goLive();
    expect(await get('/hat.txt')).toMatchObject({
      ...{ status: 200, body: 'hat' },
      headers: { 'cache-control': 'no-cache' },
    });
    expect((await get('/index.php')).body).toBe('api /index.php');
    expect(await get('/a?b')).toMatchObject({
      ...{ status: 200, body: 'api /a?b' },
      headers: { 'cache-control': 'private' },
    });
    await succeed(sh`rm /etc/nginx/conf.d/api.conf`);
  });

  it('are not copied from shared folders, nor left to root by a job that was killed', async () => {
    const one = new Deployment(site, {}, 'green');
    await one.make({ 'dist/404.html': '', 'dist/index.html': 'linked', 'dist/assets/a.js': '' });
    await succeed(sh`
      cd ${one.release.path}/dist
      ln -s /srv/shop/shared/folders/uploads uploads
      ln -s index.html home.html
      ln -s none .hidden
      mkdir -m 0700 ${`/srv/shop/static/${one.release.id}`}`);
    expect(await succeed(one.step('static files'))).toContain(
      'uploads leads to a shared folder, which is not copied; serve it by a path of its own: { shared: uploads }',
    );
    await one.goLive();
    expect((await get('/home.html')).body).toBe('linked');
    expect((await get('/uploads/')).status).toBe(404);
  });

  it('of a shared folder are those of now', async () => {
    const files = { path: '/media', shared: 'uploads', cache: 60 } as const;
    const one = new Deployment(only(files, { ...page, notFound: 'index.html' }), {}, 'green');
    await one.make({ 'dist/index.html': 'shop' });
    await succeed(sh`
      chgrp -R www-data /srv/shop/shared/folders
      chmod -R g+s,o-rwx /srv/shop/shared/folders`);
    await one.goLive();
    await succeed(sh`
      cd /srv/shop/shared/folders/uploads
      runuser -u shop -- sh -c 'echo hat >hat.txt; echo secret >.env; echo "<?php" >x.PHP; ln -s /etc/passwd .'`);
    expect(await get('/media/hat.txt')).toMatchObject({
      ...{ status: 200, body: 'hat\n' },
      headers: { 'cache-control': 'public, max-age=60' },
    });
    for (const name of ['passwd', '.env', 'x.PHP', 'none']) {
      expect((await get(`/media/${name}`)).status).toBe(404);
    }
  });
});

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
      redirects: { '/old': '/new', '/blog/*': { to: 'https://blog.test/*', status: 302 } },
      paths: {
        '/api/upload': { bodyLimit: '20m', timeout: 1 },
        '/api': { headers: { 'X-Robots-Tag': 'noindex' }, log: false },
      },
    },
    admin,
  };
  const deployment = new Deployment(application, { sites: every }, 'blue');

  it('shows its own routes to those who log in', async () => {
    await provision({ sites: every }, application);
    await deployment.make({ 'help/index.html': 'help' });
    // Each process answers with its name and the path as it came.
    await succeed(sh`
      printf %s ${`
        server { listen 127.0.0.1:3000; client_max_body_size 0; location / { add_header X-Frame-Options ALLOW; add_header Referrer-Policy origin; return 200 "api $request_uri"; } location /api/slow { proxy_pass http://127.0.0.1:9; } }
        server { listen 127.0.0.1:3001; location / { return 200 "client $request_uri"; } }
        server { listen 127.0.0.1:3300; location / { return 200 "admin $request_uri"; } }
      `} >/etc/nginx/conf.d/processes.conf
      systemctl restart nginx`);
    await deployment.goLive();
    expect((await get(':8080/')).status).toBe(401);
    expect((await get(':8080/', '-u', 'staging:other')).status).toBe(401);
    const login = ['-u', 'staging:open "sesame"'];
    expect((await get(':8080/a?b', ...login)).body).toBe('admin /a?b');
    expect((await get(':8080/help/none', ...login)).body).toBe('help');
    expect((await get(':8080/api', ...login)).body).toBe('admin /api');
    expect((await get('/help')).body).toBe('client /help');
    expect((await get('/api/a%20b?c=%2F')).body).toBe('api /api/a%20b?c=%2F');
    const { stdout } = await connection.run(sh`stat -c '%a %U:%G' /etc/nginx/logins/admin`);
    expect(String(stdout)).toBe('640 root:www-data\n');
  });

  it('sets headers, limits and logs as it says, by path', async () => {
    const ofClient = (await get('/')).headers;
    expect(ofClient).toMatchObject({ 'x-frame-options': 'DENY' });
    expect(ofClient).not.toHaveProperty('referrer-policy');
    const ofApi = (await get('/api/x')).headers;
    expect(ofApi).toMatchObject({ 'x-frame-options': 'DENY', 'x-robots-tag': 'noindex' });
    expect(ofApi).not.toHaveProperty('referrer-policy');

    const body = sh`head -c 15000000 /dev/zero`;
    const upload = async (path: string): Promise<string> =>
      succeed(
        sh`${body} | curl -sS -o /dev/null -w '%{http_code}' --data-binary @- ${`http://127.0.0.1${path}`}`,
      );
    expect(await upload('/api/upload')).toBe('200');
    expect(await upload('/api/other')).toBe('413');
    await get('/favicon.ico');
    await get('/logged');
    const log = await succeed(sh`cat /var/log/nginx/shop.access.log`);
    expect(log).toContain('GET /logged ');
    expect(log).not.toMatch(/GET \/(?:favicon\.ico|api\/x) /);
  });

  it('redirects', async () => {
    expect(await get('/old?a=b')).toMatchObject({ status: 301, headers: { location: '/new?a=b' } });
    expect(await get('/older')).toMatchObject({ status: 200 });
    expect(await get('/old/')).toMatchObject({ status: 200 });
    const moved = await get('/blog/a%0d%0aX-Evil:%20b?c');
    expect(moved.headers['location']).toBe('https://blog.test/a%0d%0aX-Evil:%20b?c');
    expect(moved).toMatchObject({ status: 302 });
    expect(moved.headers).not.toHaveProperty('x-evil');
  });

  it('keeps the routes of the live release until the next deployment', async () => {
    const other = { ...every, admin: { ...admin, routes: { '/': 'api' } } };
    await provision({ sites: other }, application);
    const login = ['-u', 'staging:open "sesame"'];
    expect((await get(':8080/', ...login)).body).toBe('admin /');
    const next = new Deployment(application, { sites: other }, 'green');
    await next.make({});
    await succeed(sh`
      sed 's/127.0.0.1:3\([0-9]\)/127.0.0.1:3\1/; s/:3001/:3101/; s/:3000/:3100/; s/:3300/:3400/' /etc/nginx/conf.d/processes.conf >/etc/nginx/conf.d/green.conf
      systemctl restart nginx`);
    await next.goLive();
    expect((await get(':8080/', ...login)).body).toBe('api /');
    // A site that the release does not know shows the application's own routes.
    await provision({ sites: { ...other, more: { listen: 8081 } } }, application);
    expect((await get(':8081/')).body).toBe('client /');
  });

  it('shows the maintenance page to those who do not log in', async () => {
    await succeed(sh`echo now >/srv/shop/maintenance`);
    expect((await get(':8080/')).status).toBe(503);
    expect((await get(':8080/')).body).toContain('back soon');
    await succeed(sh`rm /srv/shop/maintenance`);
  });
});
