import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser } from 'playwright-core';

/** Where Debian's package has it. */
const CHROMIUM = '/usr/bin/chromium';

export interface BrowserOptions {
  /** Names of hosts and their addresses. With these, no other name has an address. */
  readonly hosts?: Readonly<Record<string, string>>;
  /** PEM file of a root to trust besides those of the browser's maker. */
  readonly rootFile?: string;
}

/**
 * A headless Chromium. It makes no connections but to the site.
 *
 * @throws Error when the machine has none.
 */
export async function openBrowser({ hosts, rootFile }: BrowserOptions = {}): Promise<Browser> {
  if (!existsSync(CHROMIUM)) throw new Error(`Cannot open a browser: there is no ${CHROMIUM}`);
  // Without this machine's own settings and trusted roots.
  const home = await mkdtemp(join(tmpdir(), 'browser-'));
  if (rootFile !== undefined) await trust(home, rootFile);
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      ...['--no-sandbox', '--disable-quic', '--disable-background-networking', '--disable-sync'],
      ...(hosts === undefined ? [] : [`--host-resolver-rules=${resolverRules(hosts)}`]),
    ],
    env: { ...process.env, HOME: home },
  });
  browser.once('disconnected', () => {
    void rm(home, { recursive: true, force: true });
  });
  return browser;
}

/** Adds a root to the certificates that Chromium reads below a home (NSS's shared database). */
async function trust(home: string, rootFile: string): Promise<void> {
  const folder = join(home, '.pki/nssdb');
  await mkdir(folder, { recursive: true });
  const certutil = (...args: readonly string[]): Promise<unknown> =>
    promisify(execFile)('certutil', ['-d', `sql:${folder}`, ...args]);
  await certutil('-N', '--empty-password');
  await certutil('-A', '-n', 'root of the test', '-t', 'C,,', '-i', rootFile);
}

function resolverRules(hosts: Readonly<Record<string, string>>): string {
  const rules = Object.entries(hosts).map(([name, address]) => `MAP ${name} ${address}`);
  return [...rules, 'MAP * ~NOTFOUND'].join(', ');
}
