/** Two environments share a host; one is removed, and then the other. */
import { CommandWorkspace, exampleCertificate } from '@fairness-deploy/core/testing';
import { repositoryIn } from '@fairness-deploy/release/testing';
import { gateway } from '@fairness-deploy/sandbox';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { sh, type Connection, type Script } from '@fairness-deploy/shell';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let host: TestHost;
let connection: Connection;
const workspace = new CommandWorkspace({
  FAIRNESS_SECRET_SHOP_PASSWORD: 'one-password',
  FAIRNESS_SECRET_BLOG_PASSWORD: 'another-password',
});

const onHost = async (script: Script): Promise<string> =>
  (await connection.run(script)).stdout.toString();

/** An environment of an application, with everything that the product can set up. */
function environmentOf(name: string, port: number): Readonly<Record<string, unknown>> {
  return {
    secrets: { names: { [`${name}_password`]: "The database's" } },
    application: {
      name,
      node: { version: '20.20.2', mirror: gateway.nodeMirror },
      processes: {
        web: { command: 'node main.js', port, route: '/', health: '/health' },
      },
      schedules: { tidy: { at: 'daily', command: 'true' } },
    },
    release: { repository: `../../${name}`, revision: 'main', install: 'true', build: 'true' },
    supervisor: {},
    nginx: {
      sites: {
        [name]: { domains: [`${name}.test`] },
        [`${name}-tls`]: {
          domains: [`secure.${name}.test`],
          basicAuth: { ana: `\${secrets.${name}_password}` },
          tls: { certificate: 'site.pem', key: 'site.key' },
        },
      },
    },
    postgres: {
      mode: 'local',
      password: `\${secrets.${name}_password}`,
      server: { memory: '256MB' },
      backups: { schedule: 'daily' },
    },
    server: {
      packages: ['tree', name === 'shop' ? 'jq' : 'less'],
      users: { [`${name}-admin`]: {} },
      directories: { [`/etc/${name}`]: {} },
      files: { [`/etc/${name}/note`]: { content: `${name}\n` } },
      cron: { [name]: { schedule: '@daily', command: 'true' } },
    },
  };
}

beforeAll(async () => {
  host = await startTestHost('decommission');
  connection = await host.connect();
  for (const name of ['shop', 'blog']) {
    const repository = repositoryIn(join(workspace.folder, name));
    repository.write('package.json', JSON.stringify({ name, private: true }));
    repository.write(
      'main.js',
      `require('node:http').createServer((_, answer) => answer.end('${name}')).listen(process.env.PORT, '127.0.0.1');\n`,
    );
    repository.commit('It begins');
    const { certificate, key } = exampleCertificate(`secure.${name}.test`);
    workspace.write(`environments/${name}/site.pem`, certificate);
    workspace.write(`environments/${name}/site.key`, key);
    workspace.describe(name, { web: host }, environmentOf(name, name === 'shop' ? 3000 : 4000));
    for (const command of [['provision', '--yes'], ['deploy']] as const) {
      const [word, ...options] = command;
      const { status, output } = await workspace.run(word, name, ...options);
      if (status !== 0) throw new Error(output);
    }
  }
}, 300_000);
afterAll(async () => {
  workspace.dispose();
  await connection.close();
  await host.stop();
});

/** What a host has, but for what time alone changes, and what an application's removal has to change. */
const SNAPSHOT = sh`
  cd /
  find etc srv usr/local home root var/lib/fairness-deploy var/backups -xdev '(' -name '*shop*' -prune ')' -o \
    '(' -path var/lib/fairness-deploy/jobs -o -path var/lib/fairness-deploy/apt-refreshed -o -path var/lib/fairness-deploy/last-change -o -path var/lib/fairness-deploy/lock -o -path var/lib/fairness-deploy/kept -o -name pg_hba.conf -o -regex 'etc/\(passwd\|group\|shadow\|gshadow\|subuid\|subgid\)-?' -o -path etc/ld.so.cache ')' -prune -o \
    -type f -exec sha256sum {} + -o -type l -printf '%p -> %l\n' -o -printf '%p %M %u\n' | grep -v ' -> /srv/shop/' | sort
  sed '/: shop begins/,/: shop ends/d' etc/postgresql/*/main/pg_hba.conf
  echo
  nginx -T 2>/dev/null | awk '/^# configuration file / { skip = /shop/ } !skip'
  supervisorctl status | awk '{ print $1, $2 }' | grep -v shop
  systemctl list-timers --all --no-legend | grep -o 'blog[^ ]*timer' | sort -u
  getent passwd | grep -v shop
  getent group | grep -v shop
  ls opt/node
  curl -s -H 'Host: blog.test' http://127.0.0.1/`;

describe('decommission', () => {
  it('asks for the name, and changes nothing without it', async () => {
    const { status, output } = await workspace.run('decommission', 'shop');
    expect(status).toBe(1);
    expect(output).toContain('decommission --confirm=shop');
    const wrong = await workspace.run('decommission', 'shop', '--confirm=blog');
    expect(wrong.output).toContain('Cannot remove shop: --confirm says "blog"');
    expect(await onHost(sh`curl -s -H 'Host: shop.test' http://127.0.0.1/`)).toBe('shop');
  });

  it('removes one environment, and leaves the other unchanged', async () => {
    await onHost(
      sh`for fd_count in 1 2 3; do curl -s -H 'Host: shop.test' http://127.0.0.1/ >/dev/null; done`,
    );
    const before = await onHost(SNAPSHOT);
    expect(before).toContain('blog');
    const { status, output } = await workspace.run(
      'decommission',
      'shop',
      '--confirm=shop',
      '--drop-data',
      '--drop-database',
    );
    expect(status, output).toBe(0);
    expect(output).toMatch(/nginx traffic: \d+ requests in the last 7 days/);
    expect(output).toMatch(/the database holds \d/);
    expect(
      readdirSync(join(workspace.folder, 'backups/shop')).filter((one) => one.endsWith('.dump')),
    ).toHaveLength(1);
    const after = await onHost(SNAPSHOT);
    const [was, is] = [before.split('\n'), after.split('\n')];
    expect(was.filter((line) => !is.includes(line))).toEqual([]);
    expect(is.filter((line) => !was.includes(line))).toEqual([]);
    const left = await onHost(sh`
      find / -xdev '(' -path /proc -o -path /sys -o -path /run -o -path /tmp -o -path /var/log -o -path '/var/lib/fairness-deploy/jobs' ')' -prune -o -name '*shop*' -print
      getent passwd | grep shop || :
      runuser -u postgres -- psql -Atc 'SELECT datname FROM pg_database; SELECT rolname FROM pg_roles' | grep shop || :
      command -v jq || :`);
    expect(left).toBe('');
    // The first application of a host has its commands in /usr/local/bin.
    const plan = await workspace.run('plan', 'blog');
    expect(plan.output.match(/^[+~-] \S+/gm)).toEqual(['+ commands:blog']);
  });

  it('says that nothing is left, when it is run again', async () => {
    const { status, output } = await workspace.run('decommission', 'shop', '--confirm=shop');
    expect(status).toBe(0);
    expect(output).toContain('nothing of it is on record here');
  });

  it('keeps data, and what serves it, until it may drop them', async () => {
    const kept = await workspace.run('decommission', 'blog', '--confirm=blog', '--skip-backup');
    expect(kept.status, kept.output).toBe(0);
    expect(kept.output).toContain('stays: path:/srv/blog (data; --drop-data removes it)');
    expect(kept.output).toContain('nx run blog:decommission --drop-database --drop-data');
    expect(kept.output).not.toContain('--removed-from-hosts');
    expect(
      await onHost(sh`
        ls -d /srv/blog/releases
        runuser -u postgres -- psql -Atc "SELECT datname FROM pg_database WHERE datname = 'blog'"
        id -nu blog`),
    ).toBe('/srv/blog/releases\nblog\nblog\n');
    const dropped = await workspace.run(
      'decommission',
      'blog',
      '--confirm=blog',
      '--drop-data',
      '--drop-database',
    );
    expect(dropped.status, dropped.output).toBe(0);
    expect(
      await onHost(sh`
        ls -d /srv/blog /etc/blog /var/lib/fairness-deploy/owned/* 2>/dev/null || :
        command -v nginx supervisord tree || :
        ls /opt/node 2>/dev/null || echo none`),
    ).toBe('none\n');
  });
});
