import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { requestUpstream } from './upstream-request.js';

const servers: http.Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server of HTTP that answers as told, and the paths that it was asked for. */
async function serve(
  answer: (path: string) => { readonly location?: string },
): Promise<{ readonly url: string; readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const server = http.createServer(({ url = '' }, response) => {
    asked.push(url);
    const { location } = answer(url);
    response.writeHead(location === undefined ? 200 : 302, location ? { location } : {}).end('x');
  });
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${String(port)}`, asked };
}

async function statusOf(url: string): Promise<number | undefined> {
  const response = await requestUpstream(new URL(url), undefined, []);
  response.resume();
  return response.statusCode;
}

it('requestUpstream() follows a redirect to the same host, and not without end', async () => {
  const { url, asked } = await serve((path) =>
    path === '/once' ? { location: '/there' } : path === '/there' ? {} : { location: '/again' },
  );
  expect(await statusOf(`${url}/once`)).toBe(200);
  expect(asked).toEqual(['/once', '/there']);
  await expect(statusOf(`${url}/again`)).rejects.toThrow('it redirects without end');
});

it.each(['', '/path'])('requestUpstream() asks no other host: %s', async (path) => {
  const other = await serve(() => ({}));
  const { url } = await serve(() => ({ location: `${other.url}${path}` }));
  await expect(statusOf(`${url}/x`)).rejects.toThrow(
    `Cannot get "${url}/x": it redirects to another host, ${other.url.slice('http://'.length)}`,
  );
  expect(other.asked).toEqual([]);
});
