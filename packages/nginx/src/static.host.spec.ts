import { type Application, type StaticFiles } from '@fairness-deploy/core';
import { startTestHost } from '@fairness-deploy/sandbox/testing';
import { sh, type Script } from '@fairness-deploy/shell';
import { describe, expect, it } from 'vitest';
import { application as shop, process } from './testing/environment.js';
import { type SiteRelease, useSiteHost } from './testing/site-host.js';

const host = useSiteHost(() => startTestHost('nginx-static'));

const ASSETS = { path: '/assets', folder: 'dist/assets', cache: 'immutable' } as const;

const WORKERS = sh`cat /proc/"$(cat /run/nginx.pid)"/task/*/children`;

const only = (...files: readonly StaticFiles[]): Application => ({
  ...shop,
  processes: [],
  static: files,
});

describe('static files', () => {
  const page = { path: '/', folder: 'dist', cache: 'revalidate', notFound: '404.html' } as const;
  const site = only(ASSETS, page);
  let first: SiteRelease;
  let next: SiteRelease;

  it('are served without a process', async () => {
    await host.provision({}, site);
    first = host.release(site, {}, 'blue');
    next = host.release(site, {}, 'green');
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
    await host.succeed(sh`
      cd ${first.release.path}
      chmod 0600 dist/private.txt
      ln -s ../.env dist/link.txt
      ln -s /etc/hostname dist/host.txt`);
    await first.goLive();

    expect(await host.get('/')).toMatchObject({
      ...{ status: 200, body: 'one' },
      headers: {
        'cache-control': 'no-cache',
        'content-type': 'text/html; charset=utf-8',
        'x-content-type-options': 'nosniff',
      },
    });
    expect((await host.get('/about')).body).toBe('about');
    expect((await host.get('/docs/')).body).toBe('docs');
    const headers = { location: '/docs/?a=b' };
    expect(await host.get('/docs?a=b')).toMatchObject({ status: 301, headers });
    expect((await host.get('/a%20b')).headers['location']).toBe('/a%20b/');
    expect((await host.get('/a%20b/')).body).toBe('blank');
    expect(await host.get('/assets/app-1.js')).toMatchObject({
      ...{ status: 200, body: 'app 1' },
      headers: { 'cache-control': 'public, max-age=31536000, immutable' },
    });
    expect((await host.get('/.well-known/security.txt')).body).toBe('contact');
  });

  it('of what is not there are the page for it, with status 404', async () => {
    for (const path of ['/none', '/.env', '/docs/.git/config', '/dist/index.html']) {
      expect({ path, ...(await host.get(path)) }).toMatchObject({
        path,
        status: 404,
        body: 'nowhere',
      });
    }
    // Not for a year.
    expect((await host.get('/assets/none.js')).headers).not.toHaveProperty('cache-control');
    expect((await host.get('/', '-X', 'POST')).status).toBe(405);
  });

  it('are not those that only the application may read', async () => {
    expect((await host.get('/private.txt')).status).toBe(404);
    // A link in the folder is the file that it leads to, as the application sees it.
    expect((await host.get('/host.txt')).status).toBe(200);
    // Later ones lead nowhere, except to the application's own files.
    await host.succeed(sh`
      cd ${`/srv/shop/static/${first.release.id}/own`}
      runuser -u shop -- ln -s /etc/passwd %2F/passwd.txt
      runuser -u shop -- ln -s / %2F/root
      runuser -u shop -- mv %2F away
      runuser -u shop -- ln -s / %2F`);
    expect((await host.get('/etc/passwd')).status).toBe(404);
    await host.succeed(sh`
      cd ${`/srv/shop/static/${first.release.id}/own`}
      rm %2F
      mv away %2F`);
    expect((await host.get('/passwd.txt')).status).toBe(404);
    expect((await host.get('/root/etc/passwd')).status).toBe(404);
  });

  it('of the release before stay reachable, when they are immutable', async () => {
    await next.make({
      'dist/index.html': 'two',
      'dist/assets/app-2.js': 'app 2',
      'dist/404.html': 'nowhere',
    });
    const before = await host.succeed(WORKERS);
    await next.goLive();
    // The routes are the same.
    expect(await host.succeed(WORKERS)).toBe(before);
    expect((await host.get('/')).body).toBe('two');
    expect((await host.get('/assets/app-1.js')).body).toBe('app 1');
    expect((await host.get('/assets/app-2.js')).body).toBe('app 2');
    expect((await host.get('/about')).status).toBe(404);
    // A rollback: pages of the newer release are open as well.
    await first.goLive();
    expect((await host.get('/')).body).toBe('one');
    expect((await host.get('/assets/app-2.js')).body).toBe('app 2');
  });

  it('outlive their release, and are removed with the last one that has them', async () => {
    await next.goLive();
    await host.succeed(sh`rm -rf ${first.release.path}`);
    await host.succeed(next.step('prune static files'));
    expect(await host.succeed(sh`ls /srv/shop/static`)).toBe(
      `${next.release.id}\n${next.release.id}.routes\n`,
    );
    expect((await host.get('/assets/app-1.js')).body).toBe('app 1');
    const third = host.release(site, {}, 'blue');
    await third.make({ 'dist/404.html': '', 'dist/assets/app-3.js': 'app 3' });
    await third.goLive();
    expect((await host.get('/assets/app-1.js')).status).toBe(404);
    expect((await host.get('/assets/app-2.js')).body).toBe('app 2');
  });

  it('must be there, and within the release', async () => {
    const fails = async (files: StaticFiles, prepare: Script): Promise<string> => {
      const one = host.release(only(files), {}, 'green');
      await one.make({ 'dist/other.html': '' });
      await host.succeed(sh`cd ${one.release.path}; ${prepare}`);
      const { status, stderr } = await host.run(one.step('static files'));
      expect(status).toBe(1);
      return stderr;
    };
    const { path } = next.release;
    expect(await fails({ ...page, folder: 'build' }, sh`:`)).toMatch(
      /^Cannot serve build at \/: the release has no such folder\n {2}→ name a folder of the repository, or one that the build makes\n$/,
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
    const one = host.release(withApi, {}, 'green');
    await one.make({ 'public/hat.txt': 'hat', 'public/index.php': '<?php secret' });
    await host.succeed(sh`
      printf %s ${'server { listen 127.0.0.1:3100; location / { add_header Cache-Control private; return 200 "api $request_uri"; } }'} >/etc/nginx/conf.d/api.conf
      systemctl reload nginx`);
    await one.goLive();
    expect(await host.get('/hat.txt')).toMatchObject({
      ...{ status: 200, body: 'hat' },
      headers: { 'cache-control': 'no-cache' },
    });
    expect((await host.get('/index.php')).body).toBe('api /index.php');
    expect(await host.get('/a?b')).toMatchObject({
      ...{ status: 200, body: 'api /a?b' },
      headers: { 'cache-control': 'private' },
    });
    await host.succeed(sh`rm /etc/nginx/conf.d/api.conf`);
  });

  it('are not copied from shared folders, nor left to root by a job that was killed', async () => {
    const one = host.release(site, {}, 'green');
    await one.make({ 'dist/404.html': '', 'dist/index.html': 'linked', 'dist/assets/a.js': '' });
    await host.succeed(sh`
      cd ${one.release.path}/dist
      ln -s /srv/shop/shared/folders/uploads uploads
      ln -s index.html home.html
      ln -s none .hidden
      mkdir -m 0700 ${`/srv/shop/static/${one.release.id}`}`);
    expect(await host.succeed(one.step('static files'))).toContain(
      'uploads leads to a shared folder, which is not copied; serve it by a path of its own: { shared: uploads }',
    );
    await one.goLive();
    expect((await host.get('/home.html')).body).toBe('linked');
    expect((await host.get('/uploads/')).status).toBe(404);
  });

  it('of a shared folder are those of now', async () => {
    const files = { path: '/media', shared: 'uploads', cache: 60 } as const;
    const one = host.release(only(files, { ...page, notFound: 'index.html' }), {}, 'green');
    await one.make({ 'dist/index.html': 'shop' });
    await host.succeed(sh`
      chgrp -R www-data /srv/shop/shared/folders
      chmod -R g+s,o-rwx /srv/shop/shared/folders`);
    await one.goLive();
    await host.succeed(sh`
      cd /srv/shop/shared/folders/uploads
      runuser -u shop -- sh -c 'echo hat >hat.txt; echo secret >.env; echo "<?php" >x.PHP; ln -s /etc/passwd .'`);
    expect(await host.get('/media/hat.txt')).toMatchObject({
      ...{ status: 200, body: 'hat\n' },
      headers: { 'cache-control': 'public, max-age=60' },
    });
    for (const name of ['passwd', '.env', 'x.PHP', 'none']) {
      expect((await host.get(`/media/${name}`)).status).toBe(404);
    }
  });
});
