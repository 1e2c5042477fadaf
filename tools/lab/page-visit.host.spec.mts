import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createPlainServer } from 'node:http';
import { createSecureServer } from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeOwnAuthority, type OwnAuthority } from '@fairness-deploy/sandbox/testing';
import { openBrowser } from './browser.mjs';
import { openPage } from './page-visit.mjs';

const folder = mkdtempSync(join(tmpdir(), 'page-visit-'));
const opened: Browser[] = [];
const servers: Server[] = [];
let authority: OwnAuthority;
let site: string;

async function listen(server: Server): Promise<string> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on a TCP port has an AddressInfo.
  return String((server.address() as AddressInfo).port);
}

const PAGE = `<!doctype html><link rel="icon" href="data:,"><title>Shop</title>
  <script>
    fetch('/missing').then(({ status }) => { document.title = 'Shop ' + status });
  </script>`;

beforeAll(async () => {
  authority = await makeOwnAuthority(join(folder, 'own'), 'Authority of the shop');
  const { keyFile, certificateFile } = await authority.issue('shop', ['shop.test']);
  const server = createSecureServer(
    { key: readFileSync(keyFile), cert: readFileSync(certificateFile) },
    (request, response) => {
      const found = request.url === '/';
      response.writeHead(found ? 200 : 404, { 'content-type': 'text/html', 'x-shop': 'open' });
      response.end(found ? PAGE : '');
    },
  );
  site = `shop.test:${await listen(server)}`;
});
afterAll(async () => {
  for (const browser of opened) await browser.close();
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true });
});

async function open(options: { readonly rootFile?: string } = {}): Promise<Browser> {
  const hosts = { 'shop.test': '127.0.0.1', 'other.test': '127.0.0.1' };
  const browser = await openBrowser({ hosts, ...options });
  opened.push(browser);
  return browser;
}

it('openPage() tells HTTP’s version, the certificate, headers and errors of a page', async () => {
  const browser = await open({ rootFile: authority.certificateFile });
  const { answer, answers, errors, page } = await openPage(browser, `https://${site}/`);
  expect(answer).toMatchObject({
    status: 200,
    protocol: 'h2',
    headers: { 'x-shop': 'open' },
    tls: { protocol: 'TLS 1.3', issuer: 'Authority of the shop', subject: 'shop.test' },
  });
  await expect.poll(() => page.title()).toBe('Shop 404');
  expect(answers.map(({ status }) => status)).toEqual([200, 404]);
  await expect.poll(() => errors).toEqual([expect.stringContaining('404')]);
});

it('openPage() tells redirects, and answers in clear text', async () => {
  const plain = createPlainServer((_request, response) => {
    response.writeHead(301, { location: `https://${site}/` }).end();
  });
  const browser = await open({ rootFile: authority.certificateFile });
  const port = await listen(plain);
  const { answer, answers } = await openPage(browser, `http://shop.test:${port}/`);
  expect(answer.url).toBe(`https://${site}/`);
  expect(answers[0]).toMatchObject({ status: 301, protocol: 'http/1.1' });
  expect(answers[0]?.tls).toBeUndefined();
});

it('openPage() fails for a root that is not trusted, another name, and a name without an address', async () => {
  await expect(openPage(await open(), `https://${site}/`)).rejects.toThrow(
    'net::ERR_CERT_AUTHORITY_INVALID',
  );
  const browser = await open({ rootFile: authority.certificateFile });
  await expect(openPage(browser, `https://${site.replace('shop', 'other')}/`)).rejects.toThrow(
    'net::ERR_CERT_COMMON_NAME_INVALID',
  );
  await expect(openPage(browser, 'https://elsewhere.test/')).rejects.toThrow(
    'net::ERR_NAME_NOT_RESOLVED',
  );
});
