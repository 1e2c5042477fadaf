import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withSecretInLog } from './secret-in-log.js';
import { startShopHost, type ShopHost } from './shop-host.js';

const SUBJECT = '<img src="https://elsewhere.test/x" onerror="alert(1)"> & Co.';
const PASSWORD = "it's a password";

let host: ShopHost;
let browser: Browser;
beforeAll(async () => {
  host = await startShopHost('report');
  const { openBrowser } = await import('../lab/browser.mjs');
  browser = await openBrowser({ hosts: {} });
  host.repository.write('note', 'two');
  host.repository.commit(SUBJECT);
  await host.command('deploy');
  host.describe((sections) => ({ ...sections, release: { ...sections.release, build: 'false' } }));
  host.repository.write('note', 'three');
  host.repository.commit('Break the build');
  await host.fail('deploy');
});
afterAll(async () => {
  await browser.close();
  await host.stop();
});

const fileOf = (path: string): string => join(host.workspace.folder, path);
const read = (path: string): string => readFileSync(fileOf(path), 'utf8');

/** Opens the page, and says what went wrong there. */
async function open(options: {
  readonly colorScheme?: 'light' | 'dark';
  readonly width?: number;
}): Promise<{ readonly page: Page; readonly wrong: readonly string[] }> {
  const { colorScheme = 'light', width = 1280 } = options;
  const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
  const wrong: string[] = [];
  page.on('console', (message) => wrong.push(message.text()));
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('request', (request) => {
    if (request.url() !== `file://${fileOf('dist/report.html')}`) wrong.push(request.url());
  });
  page.on('dialog', (dialog) => {
    wrong.push('a dialog');
    void dialog.dismiss();
  });
  await page.goto(`file://${fileOf('dist/report.html')}`);
  return { page, wrong };
}

/** For the page: the lowest contrast of its texts, and where that is (WCAG 2.2, 1.4.3). */
const LOWEST_CONTRAST = `(() => {
  const part = (value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const luminance = (colour) => {
    const [red, green, blue] = colour.match(/[\\d.]+/g).map((value) => part(value / 255));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const behind = (element) => {
    const colour = getComputedStyle(element).backgroundColor;
    return colour === 'rgba(0, 0, 0, 0)' ? behind(element.parentElement) : colour;
  };
  const texts = [...document.body.querySelectorAll('*')].filter(
    (one) => !one.closest('svg') && [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()),
  );
  return texts.reduce((lowest, one) => {
    const [front, back] = [luminance(getComputedStyle(one).color), luminance(behind(one))];
    const ratio = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
    return ratio < lowest.ratio ? { ratio, text: one.textContent.trim() } : lowest;
  }, { ratio: 21, text: '' });
})()`;

describe('report', () => {
  it('makes a page with the releases, the deployments, the processes and the certificates', async () => {
    expect(await host.command('report')).toContain('The report is in dist/report.html');
    const { page, wrong } = await open({});
    for (const summary of await page.locator('summary').all()) await summary.click();
    const text = await page.locator('main').innerText();
    expect(text).toContain(`"${SUBJECT}" by Ana Gomes; deploy by `);
    expect(text).toMatch(/"Break the build" by Ana Gomes; deploy, failed at "build" by /);
    expect(text).toMatch(/shop\.test\s+\d+ days, until 20/);
    expect(text).toMatch(/api\s+RUNNING\s+\d+:\d\d:\d\d\s+0\s+[\d.]+ MB\s+200 in \d+ ms/);
    expect(text).toContain('one report is no trend yet');
    expect(wrong).toEqual([]);
    await page.close();
  });

  it('shows a trend from the second report on, and an environment that cannot be reached', async () => {
    host.workspace.describe(
      'staging',
      { web: { host: { ...host.reachable.host, port: 1 } } },
      {
        description: 'What comes next',
      },
    );
    const { status } = await host.workspace.run('report', 'staging');
    expect(status).toBe(0);
    await host.command('report');
    const { page } = await open({});
    const cards = await page.locator('nav li').allInnerTexts();
    expect(cards.map((text) => text.replaceAll(/\s+/g, ' '))).toEqual([
      expect.stringMatching(/^(failing|warning|well) prod 1 host, just now$/),
      'not reached staging 1 host, just now',
    ]);
    expect(await page.locator('main').innerText()).toMatch(
      /Cannot connect to web \(.*:1\): nothing listens on port 1/,
    );
    expect(await page.locator('polyline').count()).toBeGreaterThan(0);
    await page.close();
  });

  it.each([
    { colorScheme: 'light', width: 1280 },
    { colorScheme: 'dark', width: 1280 },
    { colorScheme: 'light', width: 375 },
    { colorScheme: 'dark', width: 375 },
  ] as const)(
    'can be read in $colorScheme at $width pixels, and asks for nothing',
    async (options) => {
      const { page, wrong } = await open(options);
      for (const summary of await page.locator('summary').all()) await summary.click();
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(options.width);
      const { ratio, text } = await page.evaluate<{ ratio: number; text: string }>(LOWEST_CONTRAST);
      expect([text, ratio >= 4.5]).toEqual([text, true]);
      expect(wrong).toEqual([]);
      await page.close();
    },
  );

  it('has no secret, and shows what fails in the words of doctor', async () => {
    await withSecretInLog(host, PASSWORD, async () => {
      await host.command('report');
      const { page } = await open({});
      expect(await page.locator('pre.cause').allInnerTexts()).toEqual(
        expect.arrayContaining([expect.stringMatching(/^Cause: supervisor api: /)]),
      );
      for (const file of ['dist/report.html', 'dist/report.data/prod.json']) {
        expect(read(file)).not.toContain(PASSWORD);
        expect(read(file)).toContain('cannot log in with ***');
      }
      await page.close();
    });
  });

  it('leaves out a file that is no report, and says so', async () => {
    writeFileSync(fileOf('dist/report.data/other.json'), '{"version":1,"environment":"<b>"}');
    expect(await host.command('report')).toContain('The file other.json in ');
    expect(read('dist/report.html')).not.toContain('&lt;b&gt;');
  });
});
