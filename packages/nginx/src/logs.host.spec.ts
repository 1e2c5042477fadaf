import { RELEASES } from '@fairness-deploy/core/resources';
import { startTestHost, testRelease } from '@fairness-deploy/sandbox/testing';
import { exampleContext } from '@fairness-deploy/core/testing';
import { sh } from '@fairness-deploy/shell';
import { beforeAll, describe, expect, it } from 'vitest';
import { plugin } from './nginx-plugin.js';
import { sectionSchema } from './section/section.js';
import { application, environment } from './testing/environment.js';
import { useSiteHost } from './testing/site-host.js';

const host = useSiteHost(() => startTestHost('nginx-logs'));

const hasBrotli = RELEASES.some(
  ({ codename, brotli }) => codename === testRelease() && brotli.length > 0,
);

const section = {
  brotli: hasBrotli,
  log: { format: 'json', days: 30 },
  sites: {
    shop: {},
    plain: { listen: 8080, log: { format: 'combined' } },
    named: { listen: 8081, domains: ['www.named.test'], aliases: ['named.test'] },
  },
};

beforeAll(async () => {
  await host.provision(section, application);
});

/** What `logs` shows of a site. */
async function shown(site: string): Promise<readonly string[]> {
  const logs = plugin.logs?.(exampleContext(sectionSchema.parse(section), environment));
  const log = logs?.find(({ name }) => name === `site ${site}`);
  const named = log && 'files' in log ? await host.succeed(log.files) : '';
  const path = named.replace(/^tail /, '').trimEnd();
  return (await host.succeed(sh`cat -- ${path}`)).trimEnd().split('\n');
}

describe('the log of a site', () => {
  it('has a JSON object for each request, whatever visitors send', async () => {
    await host.get('/a%22b?c=\\', '-H', 'User-Agent: "\\ \x01 {} é', '-H', 'Referer: a"b');
    await host.get(':8080/plain');
    const [line = ''] = await shown('shop');
    expect(JSON.parse(line)).toMatchObject({
      ...{ uri: '/a%22b?c=\\', status: 404, method: 'GET', host: '127.0.0.1', scheme: 'http' },
      ...{ agent: '"\\ \x01 {} é', referrer: 'a"b', visitor: '127.0.0.1', upstream: '' },
      id: expect.stringMatching(/^[0-9a-f]{32}$/) as unknown,
      seconds: expect.any(Number) as unknown,
    });
    expect((await shown('plain'))[0]).toContain('"GET /plain HTTP/1.1" 404');
  });

  it('has its format for the aliases of the site as well', async () => {
    await host.get(':8081/old', '-H', 'Host: named.test');
    const [line = ''] = await shown('named');
    expect(JSON.parse(line)).toMatchObject({ uri: '/old', status: 301, host: 'named.test' });
  });

  it('is rotated: requests go to the new file, and the old ones are compressed and kept', async () => {
    const rotate = sh`logrotate -f /etc/logrotate.d/nginx`;
    const reopened = (name: string) => sh`
      left=200
      until ls -l /proc/"$(cat /run/nginx.pid)"/fd | grep -qe ${`-> /var/log/nginx/${name}$`}; do
        [ "$left" -gt 0 ] || exit 1
        left=$((left - 1))
        sleep 0.1
      done`;
    await host.succeed(sh`
      ${rotate}
      ${reopened('shop.access.log')}`);
    await host.get('/second');
    expect(await shown('shop')).toHaveLength(1);
    expect((await shown('shop'))[0]).toContain('/second');
    await host.succeed(sh`
      ${rotate}
      ${reopened('shop.access.log')}`);
    await host.get('/third');
    expect((await shown('shop'))[0]).toContain('/third');
    const names = await host.succeed(sh`
      cd /var/log/nginx
      ls shop.access.log*
      zcat shop.access.log.2.gz | grep -c 'a%22b'
      grep -c second shop.access.log.1
      grep 'rotate 30' /etc/logrotate.d/nginx`);
    expect(names.split('\n').map((line) => line.trim())).toEqual([
      ...[
        'shop.access.log',
        'shop.access.log.1',
        'shop.access.log.2.gz',
        '1',
        '1',
        'rotate 30',
        '',
      ],
    ]);
    expect(await host.succeed(sh`stat -c '%U:%G %a' /var/log/nginx/shop.access.log`)).toBe(
      'www-data:adm 640\n',
    );
  });
});

describe.runIf(hasBrotli)('brotli', () => {
  it('compresses for those who take it', async () => {
    await host.succeed(sh`
      printf 'server { listen 8098; root /var/www/test; location / { default_type text/plain; } }\n' >/etc/nginx/conf.d/test.conf
      mkdir -p /var/www/test
      head -c 5000 /dev/zero | tr '\0' a >/var/www/test/a.txt
      printf compressed >/var/www/test/b.txt.br
      echo plain >/var/www/test/b.txt
      systemctl restart nginx`);
    const sizes = sh`
      for one in br gzip identity; do
        curl -s -o /dev/null -w '%{size_download} ' -H "Accept-Encoding: $one" http://127.0.0.1:8098/a.txt
      done
      curl -s -H 'Accept-Encoding: br' http://127.0.0.1:8098/b.txt`;
    const [brotli, gzip, plain, file] = (await host.succeed(sizes)).split(' ');
    expect(plain).toBe('5000');
    expect(Number(brotli)).toBeLessThan(Number(gzip));
    expect(file).toBe('compressed');
  });
});
