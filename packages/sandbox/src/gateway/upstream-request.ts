import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { connect, rootCertificates } from 'node:tls';
import type { Upstream } from '../machine/registries.js';
import { HintedError } from '@fairness-deploy/shell/text';

/** Seconds without a byte after which a server counts as dead. */
const SILENCE_TIMEOUT_SECONDS = 60;

/**
 * Asks a server of the outside, through its proxy when it has one, following redirects to itself.
 * @throws HintedError when it can't be reached, or redirects to another host: the sandbox's hosts
 *   must reach nothing but this machine's package sources.
 */
export async function requestUpstream(
  url: URL,
  proxy: Upstream['proxy'],
  certificates: readonly string[],
  headers: http.OutgoingHttpHeaders = {},
  redirects = 5,
): Promise<http.IncomingMessage> {
  const response = await send(url, proxy, certificates, headers);
  const status = response.statusCode ?? 502;
  const { location } = response.headers;
  if (status < 300 || status === 304 || status >= 400 || location === undefined) return response;
  response.resume();
  if (redirects === 0) throw new HintedError(`Cannot get "${url.href}": it redirects without end`);
  const next = new URL(location, url);
  if (next.host !== url.host) {
    throw new HintedError(`Cannot get "${url.href}": it redirects to another host, ${next.host}`);
  }
  return requestUpstream(next, proxy, certificates, headers, redirects - 1);
}

async function send(
  url: URL,
  proxy: Upstream['proxy'],
  certificates: readonly string[],
  headers: http.OutgoingHttpHeaders,
): Promise<http.IncomingMessage> {
  const through = proxy === undefined ? undefined : new URL(proxy);
  const tls = { ca: authorities(certificates), servername: url.hostname };
  const all = { 'user-agent': 'fairness-deploy-sandbox', ...headers };
  if (url.protocol === 'https:') {
    const agent = await httpsAgent(url, through, tls);
    return await answer(url, https.request(url, { headers: all, ...agent }));
  }
  if (through === undefined)
    return await answer(url, http.request(url, { headers: all, agent: keptHttp }));
  return await answer(
    url,
    http.request({
      host: through.hostname,
      port: through.port || 80,
      path: url.href,
      headers: { ...all, host: url.host, ...authorization(through) },
    }),
  );
}

const keptHttp = new http.Agent({ keepAlive: true, maxSockets: 8 });
const keptHttps = new Map<string, https.Agent>();

async function httpsAgent(
  url: URL,
  through: URL | undefined,
  tls: { ca: string[]; servername: string },
): Promise<https.RequestOptions> {
  if (through === undefined) {
    const agent =
      keptHttps.get(url.hostname) ?? new https.Agent({ keepAlive: true, maxSockets: 8, ...tls });
    keptHttps.set(url.hostname, agent);
    return { agent };
  }
  const socket = await tunnel(url, through);
  return { agent: false, createConnection: () => connect({ socket, ...tls }) };
}

/** A connection through the proxy to the server (RFC 9110, CONNECT). */
function tunnel(url: URL, through: URL): Promise<Socket> {
  const target = `${url.hostname}:${url.port || '443'}`;
  return new Promise((resolve, reject) => {
    const request = http.request({
      host: through.hostname,
      port: through.port || 80,
      method: 'CONNECT',
      path: target,
      headers: { host: target, ...authorization(through) },
    });
    request.once('connect', (response, socket) => {
      if (response.statusCode === 200) resolve(socket);
      else {
        socket.destroy();
        reject(unreachable(url, new Error(`the proxy said ${String(response.statusCode)}`)));
      }
    });
    request.once('error', (cause) => {
      reject(unreachable(url, cause));
    });
    request.end();
  });
}

function authorization(through: URL): http.OutgoingHttpHeaders {
  if (through.username === '') return {};
  const [user, password] = [through.username, through.password].map(decodeURIComponent);
  const encoded = Buffer.from(`${user ?? ''}:${password ?? ''}`).toString('base64');
  return { 'proxy-authorization': `Basic ${encoded}` };
}

function answer(url: URL, request: http.ClientRequest): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.setTimeout(SILENCE_TIMEOUT_SECONDS * 1000, () =>
      request.destroy(new Error(`no byte in ${String(SILENCE_TIMEOUT_SECONDS)} s`)),
    );
    request.once('response', resolve);
    request.once('error', (cause) => {
      reject(unreachable(url, cause));
    });
    request.end();
  });
}

function unreachable(url: URL, cause: Error): HintedError {
  return new HintedError(`Cannot get "${url.href}": ${cause.message}`, { cause });
}

const read = new Map<string, string[]>();

function authorities(files: readonly string[]): string[] {
  const key = files.join('\n');
  const known = read.get(key) ?? [
    ...rootCertificates,
    ...files.map((file) => readFileSync(file, 'utf8')),
  ];
  read.set(key, known);
  return known;
}
