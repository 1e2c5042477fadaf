import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareContainers } from '@fairness-deploy/sandbox/testing';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/**
 * The files that this workspace would commit, in a folder of their own: a new clone, with nothing
 * installed.
 */
let clone = '';
let url = '';
let demo = '';

interface Ended {
  readonly status: number | null;
  readonly output: string;
}

/** Runs a program in the clone as from a newcomer's shell. */
function run(program: string, ...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const { HOME, PATH } = process.env;
    const child = spawn(program, args, {
      cwd: clone,
      env: { HOME, PATH, CI: 'true', NX_DAEMON: 'false', NX_TUI: 'false' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const take = (chunk: Buffer): void => void (output += chunk.toString());
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', reject);
    child.on('close', (status) => {
      resolve({ status, output });
    });
  });
}

const nx = (...args: readonly string[]): Promise<Ended> => run('npx', 'nx', 'run', ...args);
const repository = (): string => join(clone, 'tmp', 'demo');

function commit(file: string, change: (text: string) => string): void {
  const path = join(repository(), file);
  writeFileSync(path, change(readFileSync(path, 'utf8')));
  execFileSync(
    'git',
    [
      '-c',
      'user.name=Test',
      '-c',
      'user.email=test@example.org',
      'commit',
      '-qam',
      `Change ${file}`,
    ],
    { cwd: repository() },
  );
}

const page = async (path: string): Promise<string> => (await fetch(new URL(path, url))).text();

beforeAll(() => {
  clone = mkdtempSync(join(tmpdir(), 'demo-'));
  const files = execFileSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    {
      encoding: 'utf8',
    },
  );
  for (const file of files.split('\0')) {
    if (file !== '' && existsSync(file)) cpSync(file, join(clone, file));
  }
});

afterAll(async () => {
  // Where a test has failed.
  await nx('sandbox:down');
  rmSync(clone, { recursive: true, force: true });
});

// The second demo finds the repository as the first one has left it.
describe.each([
  { driver: 'nspawn', version: '1.0.1' },
  { driver: 'container', version: '1.0.2' },
])('npm run demo -- --driver $driver', ({ driver, version }) => {
  // The driver makes no difference to these tests.
  const once = it.runIf(driver === 'nspawn');

  afterAll(async () => {
    const { status, output } = await nx('sandbox:down');
    expect([status, output]).toEqual([0, expect.stringContaining('gone') as string]);
  });

  // It installs all of npm's packages, and a busy machine takes its time for that.
  const patience = { timeout: 1_200_000 };
  it('turns a bare host into a running application and prints its address', patience, async () => {
    if (driver === 'container') await prepareContainers(console.log);
    const { status, output } = await run('npm', 'run', 'demo', '--', '--driver', driver);
    expect(output).toContain(`Driver: ${driver} (`);
    demo = output;
    expect(output).toContain('is live as release');
    expect(status).toBe(0);
    url = /http:\/\/[\d.:]+\//.exec(output)?.[0] ?? '';
    expect(await page('/')).toContain('<!doctype html>');
    expect(JSON.parse(await page('/api/health'))).toMatchObject({ status: 'ok' });
  });

  once('encrypts the secrets that it made up, and gives them to the API alone', async () => {
    const file = readFileSync(join(clone, 'environments/sandbox/secrets.yaml'), 'utf8');
    expect(file).toMatch(/^\$ANSIBLE_VAULT;1\.2;AES256;made-up\n/);
    const show = ['fairness-secrets', 'show', 'sandbox', 'db_password'];
    expect((await run('npx', ...show)).output).toMatch(/^db_password +The password/m);
    const { output } = await run('npx', ...show, '--reveal');
    const password = /^db_password: '(.{20,})'$/m.exec(output)?.[1] ?? '?';
    const holders = await nx('sandbox:ssh', '--command', `grep -rlF -- ${password} /srv /etc /var`);
    expect(holders.output.match(/^\/.*$/gm)).toEqual([
      expect.stringMatching(/^\/srv\/demo\/shared\/env\/[\w-]+\.api$/),
      '/var/lib/fairness-deploy/postgres/demo/connection',
    ]);
    expect(demo).not.toContain(password);
    expect(demo).toContain('/srv/demo');
  });

  once('stops before it connects when a secret is missing, and says how to add it', async () => {
    const shared = join(clone, 'environments/demo.yaml');
    const text = readFileSync(shared, 'utf8');
    writeFileSync(shared, text.replace('  names:\n', '  names:\n    mail_key: Signs mail\n'));
    const { status, output } = await nx('sandbox:provision');
    writeFileSync(shared, text);
    expect(status).toBe(1);
    expect(output).toContain('secrets.names.mail_key: this secret is missing: Signs mail');
    expect(output).toContain('npx nx run sandbox:secrets-set --name=mail_key');
    expect(output).not.toContain('connected');
  });

  it('leaves nothing to change for a second provision, and nothing to deploy', async () => {
    const provision = await nx('sandbox:provision');
    expect(provision.output).toMatch(/nothing to change, \d{2,} resources are as described/);
    expect(provision.output).toContain('1 round trip');
    expect(provision.status).toBe(0);
    const deploy = await nx('sandbox:deploy');
    expect(deploy.output).toContain('already runs');
    expect(deploy.status).toBe(0);
  });

  it('deploys the next commit', async () => {
    commit('package.json', (text) =>
      text.replace(/"version": "[\d.]+"/, `"version": "${version}"`),
    );
    const { status, output } = await nx('sandbox:deploy');
    expect(output).toContain('2 round trips');
    expect(status).toBe(0);
    expect(JSON.parse(await page('/api/health'))).toMatchObject({ version });
  });

  once('keeps the running release when a build fails, and shows why', async () => {
    commit('src/client/greeting.ts', (text) => `${text}\nconst broken: number = 'text';\n`);
    const { status, output } = await nx('sandbox:deploy');
    expect(status).toBe(1);
    expect(output).toContain('the step "build" failed');
    expect(output).toContain('src/client/greeting.ts');
    const log = await nx('sandbox:logs', '--deployment');
    expect(log.status).toBe(0);
    expect(log.output).toMatch(/build │\S* src\/client\/greeting\.ts/);
    expect(log.output).toMatch(/"deploy \w+" failed after \d+ of \d+ steps, and was undone/);
    const all = await nx('sandbox:logs', '--source=deployments');
    expect(all.output).toMatch(
      /deployed \S+ by \S+ from .*: good after .* s; \w{10} "Change package.json"/,
    );
    expect(all.output).toMatch(/deployed \S+ by \S+ from .*: failed at "build" after/);
    expect(JSON.parse(await page('/api/health'))).toMatchObject({ status: 'ok', version });
    // What follows deploys a commit that can be built.
    execFileSync('git', ['reset', '--quiet', '--hard', 'HEAD~1'], { cwd: repository() });
  });

  it('shows what runs', async () => {
    const { status, output } = await nx('sandbox:status');
    expect(output).toContain('RUNNING');
    expect(status, output).toBe(0);
  });

  describe('the database of the demo', () => {
    const workshops = async (): Promise<unknown> => JSON.parse(await page('/api/workshops'));

    it('is checked, migrated, and shown by the page', async () => {
      const { status, output } = await nx('sandbox:db-check');
      expect(output).toContain('postgres login: as demo to demo');
      expect(status).toBe(0);
      expect(await page('/')).toContain('Living soil and compost');
      const history = await nx('sandbox:history');
      expect(history.output).toMatch(/migrated in [\d.]+ s: /);
    });

    once('is restored and practised from a backup, of which status tells', async () => {
      const before = await workshops();
      expect((await nx('sandbox:db-backup')).output).toMatch(/backup \S+ of demo, \d+ bytes/);
      const drop =
        'cd / && runuser -u postgres -- psql -Xqd demo -c "DROP TABLE bookings, workshops CASCADE"';
      await nx('sandbox:ssh', '--command', drop);
      const restored = await nx('sandbox:db-restore', '--yes');
      expect(restored.output).toMatch(/The former database is demo_before_\d{8}t\d{6}/);
      expect(await workshops()).toEqual(before);
      const drill = await nx('sandbox:db-drill');
      expect(drill.output).toContain('health of the application');
      expect([restored.status, drill.status]).toEqual([0, 0]);
      const { output } = await nx('sandbox:status');
      expect(output).toMatch(/backup: the newest backup is .* old/);
      expect(output).toMatch(/drill: succeeded today, .*; the application was healthy with it/);
    });
  });
});

describe('npm run demo -- --tls', () => {
  const patience = { timeout: 600_000 };
  let browser: Browser | undefined;
  let address = '';
  let rootFile = '';

  afterAll(async () => {
    await browser?.close();
    await nx('sandbox-tls:down');
  });

  it('gets a certificate, and says how to trust it', patience, async () => {
    const { status, output } = await run('npm', 'run', 'demo', '--', '--tls');
    expect([status, output]).toEqual([0, expect.stringContaining('is live as release') as string]);
    const [command = '', root = '', of = ''] =
      /curl --cacert (\S+) --resolve demo.test:443:(\S+) https:.*/.exec(output) ?? [];
    [rootFile, address] = [root, of];
    const [program = '', ...words] = command.split(' ');
    expect((await run(program, ...words)).output).toContain('<!doctype html>');
    expect(output).toContain('certificate:demo.test');
  });

  it('opens in a browser over HTTP/2, with the API behind it', async () => {
    const { openBrowser } = await import('./lab/browser.mjs');
    const { openPage } = await import('./lab/page-visit.mjs');
    const hosts = { 'demo.test': address, 'www.demo.test': address, 'x.test': address };
    browser = await openBrowser({ hosts, rootFile });
    const { answer, answers, page } = await openPage(browser, 'http://www.demo.test/');
    expect(answer).toMatchObject({
      url: 'https://demo.test/',
      status: 200,
      protocol: 'h2',
      tls: { protocol: 'TLS 1.3', issuer: expect.stringContaining('Pebble') as string },
      headers: {
        'x-content-type-options': 'nosniff',
        // The application's own.
        'referrer-policy': 'no-referrer',
        'permissions-policy': expect.stringContaining('camera=(self)') as string,
      },
    });
    const redirects = answers.filter(({ status }) => status === 301).map(({ url }) => url);
    expect(redirects).toEqual(['http://www.demo.test/', 'https://www.demo.test/']);
    expect(await page.title()).toContain('Garden workshops');
    const api = await openPage(browser, 'https://demo.test/api/health');
    expect(api.answer).toMatchObject({ status: 200, protocol: 'h2' });
    expect(await api.page.textContent('body')).toContain('"status":"ok"');
    // The demo's application has no icon.
    const missing = answers.filter(({ status }) => status >= 400).map(({ url }) => url);
    expect(missing.filter((url) => !url.endsWith('/favicon.ico'))).toEqual([]);
    await expect(openPage(browser, 'https://x.test/')).rejects.toThrow('net::ERR_SSL');
  });

  it('leaves nothing to change, and status knows the certificate', async () => {
    const provision = await nx('sandbox-tls:provision');
    expect(provision.output).toMatch(/nothing to change, \d{2,} resources are as described/);
    const { status, output } = await nx('sandbox-tls:certbot-status');
    expect([status, output]).toEqual([
      0,
      expect.stringContaining('served   demo.test: this certificate') as string,
    ]);
  });

  it('issues a new certificate at the next deployment after a revocation', async () => {
    const revoked = await nx('sandbox-tls:certbot-revoke', '--yes');
    expect([revoked.status, revoked.output]).toEqual([
      0,
      expect.stringContaining('revoke demo.test') as string,
    ]);
    const resolved = ['--resolve', `demo.test:80:${address}`];
    const page = await run('curl', '--silent', ...resolved, 'http://demo.test/');
    expect(page.output).toContain('<!doctype html>');
    const { status, output } = await nx('sandbox-tls:deploy');
    expect([status, output]).toEqual([
      0,
      expect.stringContaining('deployed already; updated certificate:demo.test') as string,
    ]);
    const shown = await nx('sandbox-tls:certbot-status');
    expect([shown.status, shown.output]).toEqual([
      0,
      expect.stringContaining('served   demo.test: this certificate') as string,
    ]);
  });
});
