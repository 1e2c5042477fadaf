import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Upstream } from '../machine/registries.js';
import { answerFile, answerText } from './answer.js';
import type { GatewayConfiguration } from './configuration.js';
import { Store } from './store.js';
import { requestUpstream } from './upstream-request.js';

const store = new Store('apt');

/**
 * Packages and indices named by their digest never change; others may change, and are asked for
 * again after ten minutes.
 */
export const maximumAge = (path: string): number =>
  /\/pool\/|\/by-hash\//.test(path) ? Infinity : 600_000;

/** The package source that a URL belongs to, whatever scheme the host used. */
export function aptUpstream(configuration: GatewayConfiguration, url: URL): Upstream | undefined {
  return configuration.apt.find(({ url: base }) => {
    const known = new URL(base);
    return known.hostname === url.hostname && url.pathname.startsWith(known.pathname);
  });
}

/**
 * The upstream's address for one of its URLs: always on its own host. A path that begins with `//`
 * would be another host's if it were resolved as a reference (RFC 3986, 4.2).
 */
export function addressAt(upstream: Upstream, { pathname, search }: URL): URL {
  const target = new URL(upstream.url);
  target.pathname = pathname;
  target.search = search;
  return target;
}

/** Answers a proxy request (RFC 9112, absolute-form) for one of this machine's package sources. */
export async function answerApt(
  configuration: GatewayConfiguration,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const upstream = aptUpstream(configuration, url);
  if (upstream === undefined) {
    answerText(
      response,
      403,
      `The sandbox reaches this machine's package sources only, not ${url.host}`,
    );
    return;
  }
  const target = addressAt(upstream, url);
  const answer = await store.get(target.href, maximumAge(url.pathname), (headers) =>
    requestUpstream(target, upstream.proxy, configuration.certificates, headers),
  );
  if ('body' in answer) await answerFile(request, response, answer.body, answer.headers);
  else answerText(response, answer.status, answer.reason);
}
