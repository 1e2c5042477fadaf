import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Application } from '@fairness-deploy/core';
import { exampleProcess } from '@fairness-deploy/core/testing';
import { addressIn, type Colour } from '@fairness-deploy/release';
import { startTestHost } from '@fairness-deploy/sandbox/testing';
import { sh, type Script } from '@fairness-deploy/shell';
import { beforeAll, describe, expect, it } from 'vitest';
import { application as shop } from './testing/environment.js';
import { type SiteRelease, useSiteHost } from './testing/site-host.js';

const host = useSiteHost(() => startTestHost('nginx-fastcgi'));

/** That of docs/recipes/php.md. */
const FPM_CONF = /^\[global\]\n[^`]*/m.exec(
  readFileSync(join(__dirname, '../../../docs/recipes/php.md'), 'utf8'),
)?.[0];

const application = (scripts: 'index' | 'all'): Application => ({
  ...shop,
  processes: [
    exampleProcess({
      ...{ name: 'php', listen: 'socket' },
      health: { ...exampleProcess({ name: 'php' }).health, path: '/health' },
      fastcgi: { root: 'public', index: 'index.php', scripts },
    }),
  ],
  static: [
    { path: '/', folder: 'public', cache: 'revalidate', otherwise: 'php' },
    { path: '/uploads', shared: 'uploads', cache: 60, otherwise: 'php' },
  ],
});

beforeAll(async () => {
  await host.succeed(sh`
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends php-fpm >/dev/null 2>&1
    mkdir -p /srv/shop/sockets
    chown shop:www-data /srv/shop/sockets
    chmod 2750 /srv/shop/sockets`);
  await host.provision({}, application('index'));
});

const PAGE = (version: string): string => `<?php
header('X-Frame-Options: DENY');
if (isset($_GET['slow'])) { touch('/run/shop/begun'); while (file_exists('/run/shop/hold')) usleep(50000); }
echo json_encode(['${version}', $_SERVER['SCRIPT_NAME'], $_SERVER['REQUEST_URI'], $_SERVER['HTTP_HOST'],
  $_SERVER['REMOTE_ADDR'], $_SERVER['HTTP_PROXY'] ?? null, strlen(file_get_contents('php://input')),
  $_SERVER['HTTPS'] ?? null, $_SERVER['REQUEST_SCHEME']]);
`;

/** Runs FPM of a release, as Supervisor does. */
const start = ({ colour, release }: SiteRelease): Script => {
  const [program] = release.programs;
  const address = program && addressIn(program, colour);
  return sh`
    cd ${release.path}
    fpm=$(echo /usr/sbin/php-fpm*)
    PORT=${address ?? ''} setsid setpriv --reuid=shop --regid=shop --clear-groups "$fpm" --nodaemonize --force-stderr --fpm-config fpm.conf >${`/run/${colour}.log`} 2>&1 </dev/null &
    echo $! >${`/run/${colour}.pid`}
    left=200
    until [ -S ${address ?? ''} ]; do
      [ "$left" -gt 0 ] || { cat ${`/run/${colour}.log`}; exit 1; }
      left=$((left - 1)); sleep 0.1
    done`;
};

const stop = (colour: Colour): Script => sh`
  pid=$(cat ${`/run/${colour}.pid`})
  kill -QUIT "$pid"
  left=200
  while kill -0 "$pid" 2>/dev/null; do [ "$left" -gt 0 ] || exit 1; left=$((left - 1)); sleep 0.1; done`;

async function goLive(
  version: string,
  colour: Colour,
  scripts: 'index' | 'all' = 'index',
): Promise<SiteRelease> {
  const release = host.release(application(scripts), {}, colour);
  await release.make({
    'fpm.conf': FPM_CONF ?? '',
    'public/index.php': PAGE(version),
    'public/other.php': '<?php echo "other";',
    'public/hat.txt': 'hat',
  });
  await host.succeed(start(release));
  await release.goLive();
  return release;
}

const answer = async (path: string, ...options: readonly string[]): Promise<unknown> =>
  JSON.parse((await host.get(path, '-H', 'Host: shop.test', ...options)).body);

describe('a process that speaks FastCGI', () => {
  it('gets the requests without a file, and what it needs to know of them', async () => {
    await host.succeed(sh`mkdir -p -m 0777 /run/shop`);
    await goLive('one', 'blue');
    expect(await answer('/a%20b/?c=d', '-H', 'Proxy: evil')).toEqual(
      // The empty variable is not sent.
      ['one', '/index.php', '/a%20b/?c=d', 'shop.test', '127.0.0.1', null, 0, null, 'http'],
    );
    expect(await answer('/', '-d', 'four')).toMatchObject({ 6: 4 });
    const { headers } = await host.get('/');
    expect(headers).toMatchObject({
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
    });
    expect(headers).not.toHaveProperty('cache-control');
    expect((await host.get('/hat.txt')).body).toBe('hat');
  });

  it('knows the scheme by which a visitor has come to a load balancer', async () => {
    const headers = ['-H', 'X-Forwarded-For: 203.0.113.7', '-H', 'X-Forwarded-Proto: https'];
    expect(await answer('/', ...headers)).toMatchObject({ 4: '127.0.0.1', 7: null, 8: 'http' });
    await host.provision({ realIp: { from: ['127.0.0.1'] } }, application('index'));
    expect(await answer('/', ...headers)).toMatchObject({ 4: '203.0.113.7', 7: 'on', 8: 'https' });
    await host.provision({}, application('index'));
  });

  it('runs the index for each path, whatever lies in its folder', async () => {
    await host.succeed(sh`
      cd /srv/shop/shared/folders/uploads
      chgrp -R www-data /srv/shop/shared/folders
      chmod 2750 /srv/shop/shared/folders
      runuser -u shop -- sh -c 'echo "<?php evil" >evil.php; echo "<?php evil" >evil.png'`);
    for (const path of ['/other.php', '/uploads/evil.php', '/index.php/x', '/hat.txt/x.php']) {
      expect(await answer(path)).toMatchObject({ 0: 'one', 1: '/index.php', 2: path });
    }
    expect((await host.get('/uploads/evil.png')).body).toBe('<?php evil\n');
    expect(await answer('/uploads/evil.png/x.php')).toMatchObject({ 1: '/index.php' });
  });

  it('finishes a slow request in its release, while others go to the next one, and none fails', async () => {
    await host.succeed(sh`
      : >/run/shop/hold
      curl -s 'http://127.0.0.1/?slow' >/run/slow 2>&1 </dev/null &
      left=200
      until [ -e /run/shop/begun ]; do [ "$left" -gt 0 ] || exit 1; left=$((left - 1)); sleep 0.1; done
      : >/run/going
      (
        count=0
        while [ -e /run/going ] && [ "$count" -lt 20000 ]; do
          count=$((count + 1))
          curl -s -o /dev/null -w '%{http_code}\n' http://127.0.0.1/ || echo failed
        done
        : >/run/gone
      ) >/run/visits 2>/dev/null </dev/null &`);
    const two = await goLive('two', 'green');
    expect(await answer('/')).toMatchObject({ 0: 'two' });
    await host.succeed(sh`rm /run/shop/hold`);
    await host.succeed(two.step('drain'));
    await host.succeed(stop('blue'));
    expect(JSON.parse(await host.succeed(sh`cat /run/slow`))).toMatchObject({ 0: 'one' });
    // A release in the same colour, whose scripts have the same paths: nothing of one is cached.
    const three = await goLive('three', 'blue', 'all');
    expect(await answer('/')).toMatchObject({ 0: 'three' });
    await host.succeed(three.step('drain'));
    await host.succeed(stop('green'));
    const visits = await host.succeed(sh`
      rm /run/going
      left=200
      until [ -e /run/gone ]; do [ "$left" -gt 0 ] || exit 1; left=$((left - 1)); sleep 0.1; done
      sort /run/visits | uniq`);
    expect(visits).toBe('200\n');
  });

  it('runs another script when a request may name it', async () => {
    expect((await host.get('/other.php')).body).toBe('other');
    expect(await answer('/other')).toMatchObject({ 1: '/index.php' });
    expect((await host.get('/none.php')).status).toBe(404);
    // FPM refuses what is no script (security.limit_extensions).
    expect((await host.get('/hat.txt/x.php')).status).not.toBe(200);
  });
});
