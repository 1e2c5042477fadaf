import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

/** Where Debian's package has it. */
const CHROMIUM = '/usr/bin/chromium';

/**
 * A headless Chromium. It makes no connections but to the site.
 *
 * @throws Error when the machine has none.
 */
export async function openBrowser(): Promise<Browser> {
  if (!existsSync(CHROMIUM)) throw new Error(`Cannot open a browser: there is no ${CHROMIUM}`);
  return chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-quic', '--disable-background-networking', '--disable-sync'],
  });
}
