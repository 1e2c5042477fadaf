import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aptPackages } from '@fairness-deploy/core/resources';
import { type HostEnd } from '@fairness-deploy/core/commands';
import { sh, type Connection, type Script } from '@fairness-deploy/shell';
import {
  applyResources,
  exampleCommandContext,
  exampleContext,
  runChecks,
  runScript,
} from '@fairness-deploy/core/testing';
import { powerOff, powerOn } from '@fairness-deploy/sandbox';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { layoutOf } from '@fairness-deploy/release';
import { exampleRelease, releaseStepsOf } from '@fairness-deploy/release/testing';
import { plugin } from './nginx-plugin.js';
import { maintenanceCommand, type MaintenanceOptions } from './site/maintenance-command.js';
import { sectionSchema } from './section/section.js';
import { application, environment } from './testing/environment.js';
import { placeRelease } from './testing/place-release.js';

let test: TestHost;
let connection: Connection;
const folder = mkdtempSync(join(tmpdir(), 'fd-maintenance-'));

beforeAll(async () => {
  test = await startTestHost('maintenance');
  connection = await test.connect();
  const packages = aptPackages({ names: ['nginx', 'curl'] }).plan('');
  await run(packages?.apply ?? sh`false`);
});
afterAll(async () => {
  await connection.close();
  await test.stop();
  rmSync(folder, { recursive: true });
});

async function run(script: Script): Promise<string> {
  const { status, text, stderr } = await runScript(connection, script);
  if (status !== 0) throw new Error(`status ${String(status)}: ${text}${stderr}`);
  return text;
}

const of = { ...environment, folder };

async function provision(section: object): Promise<void> {
  const context = exampleContext(sectionSchema.parse(section), of);
  const ends = await applyResources(connection, plugin.resources?.(context) ?? []);
  expect(Object.values(ends).filter((end) => end !== 'done')).toEqual([]);
}

async function maintenance(options: MaintenanceOptions, section: object = {}): Promise<HostEnd> {
  const context = exampleContext(sectionSchema.parse(section), of);
  return maintenanceCommand.run(exampleCommandContext(context, { options, connection }));
}

const get = (path: string, ...options: readonly string[]) =>
  run(sh`curl -sS -i ${options} ${`http://127.0.0.1${path}`}`);

const workers = () => run(sh`pgrep -P "$(cat /run/nginx.pid)" | sort`);

describe('the maintenance page', () => {
  it('cannot be switched on where there is no home, or no site that shows it', async () => {
    await expect(maintenance({ on: true })).rejects.toMatchObject({ hint: 'provision first' });
    await run(sh`mkdir -p /srv/shop`);
    await expect(maintenance({ on: true })).rejects.toThrow(
      'The site shop does not show the maintenance page: http://127.0.0.1:80/ (Host: localhost) answers 200, not 503\n  → provision first',
    );
    await expect(maintenance({ on: true })).rejects.toMatchObject({
      hint: '--off switches it off',
    });
    await maintenance({ off: true });
  });

  it('goes on and off without a reload, and leaves challenges reachable', async () => {
    const layout = layoutOf(application);
    await run(placeRelease(exampleContext({}, of), layout, exampleRelease(application), 'blue'));
    await run(sh`ln -s colours/blue ${layout.live}`);
    await provision({});
    await run(sh`
      printf '%s\n' 'server { listen 127.0.0.1:3001; return 200 client; }' >/etc/nginx/conf.d/processes.conf
      mkdir -p /var/lib/fairness-deploy-challenges/.well-known/acme-challenge
      echo token >/var/lib/fairness-deploy-challenges/.well-known/acme-challenge/t
      systemctl reload nginx
      sleep 1`);
    const before = await workers();
    expect(await get('/')).toMatch(/^HTTP\/1.1 200 [^]*client$/);
    expect(await maintenance({})).toEqual({
      outcome: 'unchanged',
      summary: 'the maintenance page is off',
    });

    expect(await maintenance({ on: true })).toEqual({
      outcome: 'changed',
      summary: 'the maintenance page is on',
    });
    for (const path of [
      '/',
      '/api/orders?x=1',
      '/.maintenance/x',
      '/.well-known/acme-challenge/..%2f..%2forders',
    ]) {
      const page = await get(path);
      expect(page).toMatch(/^HTTP\/1.1 503 /);
      expect(page).toContain('Retry-After: 120\r\n');
      expect(page).toContain('Cache-Control: no-store\r\n');
      expect(page).toContain('Content-Type: text/html; charset=utf-8\r\n');
      expect(page).toContain('We’ll be back soon');
    }
    const large = ['-H', 'Expect:', '--data-binary', '@/bin/sh'];
    expect(await get('/api/orders', ...large)).toMatch(/^HTTP\/1.1 503 [^]*back soon/);
    expect(await get('/', '-X', 'DELETE')).toMatch(/^HTTP\/1.1 503 [^]*back soon/);
    expect(await run(sh`curl -sS -I http://127.0.0.1/`)).toMatch(/^HTTP\/1.1 503 /);
    expect(await get('/.well-known/acme-challenge/t')).toMatch(/^HTTP\/1.1 200 [^]*token\n$/);
    expect(await get('/.well-known/acme-challenge/none')).toMatch(/^HTTP\/1.1 404 /);
    expect(await get('/.maintenance')).toMatch(/^HTTP\/1.1 404 /);

    expect((await maintenance({ off: true })).summary).toMatch(
      /^the maintenance page is off; it was on since 20.*Z, by .*@/,
    );
    expect(await get('/')).toMatch(/^HTTP\/1.1 200 [^]*client$/);
    expect(await get('/.maintenance')).toMatch(/^HTTP\/1.1 404 /);
    expect(await workers()).toBe(before);
    expect(await maintenance({ off: true })).toEqual({
      outcome: 'unchanged',
      summary: 'the maintenance page is off already',
    });
  });

  it('can be switched on by several at once, and stays as the first of them made it', async () => {
    const ends = await Promise.all([1, 2, 3, 4].map(() => maintenance({ on: true })));
    expect(ends.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
    const since = (await maintenance({})).summary;
    expect(await maintenance({ on: true })).toEqual({ outcome: 'unchanged', summary: since });
    expect(await run(sh`stat -c '%a %U' /srv/shop/maintenance; ls -A /srv/shop`)).toBe(
      '644 root\ncolours\nlive\nmaintenance\nreleases\nshared\n',
    );
  });

  it('is told of by status, and left alone by a deployment', async () => {
    const context = exampleContext(sectionSchema.parse({}), of);
    expect(await runChecks(connection, plugin.checks?.(context))).toContainEqual(
      expect.stringMatching(/^warn maintenance page: on since 20.*Z, by /),
    );
    const release = {
      ...{ id: 'r', commit: 'c', path: '/srv/shop/releases/r' },
      variablesFile: '/srv/shop/shared/env/r',
      programs: [],
    };
    const confirm = releaseStepsOf(plugin, context, release).find(
      ({ phase }) => phase === 'confirm',
    );
    expect(await run(confirm?.run ?? sh`false`)).toContain('The maintenance page is on');
  });

  it('shows a page of its own, and another one for a site', async () => {
    writeFileSync(join(folder, 'all.html'), '<p>Für alle</p>');
    writeFileSync(join(folder, 'one.html'), '<p>Für einen</p>');
    const section = {
      maintenancePage: 'all.html',
      sites: {
        shop: {},
        admin: { domains: ['*.admin.test', 'admin.test'], maintenancePage: 'one.html' },
      },
    };
    await provision(section);
    await maintenance({ on: true }, section);
    expect(await get('/')).toMatch(/ 503 [^]*<p>Für alle<\/p>$/);
    expect(await get('/', '-H', 'Host: admin.test')).toMatch(/ 503 [^]*<p>Für einen<\/p>$/);
    await provision({});
  });

  it('stays on when the host loses power', async () => {
    const key = { name: 'test-maintenance', workspace: process.cwd() };
    await powerOff(key);
    await powerOn(key);
    connection = await test.connect();
    await run(sh`until systemctl is-active --quiet nginx; do sleep 0.2; done`);
    expect(await get('/')).toMatch(/^HTTP\/1.1 503 /);
    expect(await run(sh`cat /srv/shop/maintenance`)).toMatch(/^20.*Z, by .*\n$/);
  });
});
