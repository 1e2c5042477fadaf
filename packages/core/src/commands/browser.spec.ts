import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { browserOf, openInBrowser } from './browser.js';

const linux = { platform: 'linux', env: {}, isTTY: true, kernel: 'Linux version 6.1' } as const;
const desktop = { ...linux, env: { DISPLAY: ':0' } };
const wsl = { ...linux, kernel: 'Linux version 5.15.0-microsoft-standard-WSL2' };

it.each([
  ['xdg-open', desktop],
  ['xdg-open', { ...linux, env: { WAYLAND_DISPLAY: 'wayland-0' } }],
  ['explorer.exe', wsl],
  ['open', { ...linux, platform: 'darwin', kernel: '' }],
  [undefined, linux],
  [undefined, { ...desktop, isTTY: false }],
  [undefined, { ...desktop, env: { DISPLAY: ':0', CI: 'true' } }],
  [undefined, { ...linux, platform: 'darwin', env: { SSH_CONNECTION: '1 2 3 4' } }],
  ['xdg-open', { ...desktop, env: { DISPLAY: 'localhost:10', SSH_CONNECTION: '1 2 3 4' } }],
] as const)('browserOf() is %s for %j', (program, machine) => {
  expect(browserOf(machine)).toBe(program);
});

describe('openInBrowser()', () => {
  it('gives the program the URL as one word', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fd-browser-'));
    const program = join(folder, 'browser');
    writeFileSync(program, `#!/bin/sh\nprintf '%s|' "$@" >${folder}/said\n`);
    chmodSync(program, 0o755);
    expect(await openInBrowser(program, 'http://a.test/?b=c&d=$(id)')).toBeUndefined();
    expect(readFileSync(join(folder, 'said'), 'utf8')).toBe('http://a.test/?b=c&d=$(id)|');
    rmSync(folder, { recursive: true });
  });

  it('says why it failed', async () => {
    expect(await openInBrowser('false', 'http://a.test/')).toBe('false has ended with status 1');
    expect(await openInBrowser('/nonexistent/browser', 'http://a.test/')).toContain('ENOENT');
  });
});
