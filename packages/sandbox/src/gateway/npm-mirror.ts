import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerFile, answerText } from './answer.js';
import type { GatewayConfiguration } from './configuration.js';
import { gateway } from './endpoint.js';
import { HintedError } from '@fairness-deploy/shell/text';
import { Store, type StoredAnswer } from './store.js';
import { requestUpstream } from './upstream-request.js';

const store = new Store('npm');

const isTarball = (path: string): boolean => path.endsWith('.tgz');

const abbreviated = 'application/vnd.npm.install-v1+json';

/** The two forms of a package's document; clients ask for them in many words. */
const documentType = (accept = ''): string =>
  accept.includes(abbreviated) ? abbreviated : 'application/json';

/** Fetches a path of the machine's npm registry, or takes it from the store. */
async function fetchNpm(
  configuration: GatewayConfiguration,
  path: string,
  accept = 'application/json',
): Promise<StoredAnswer | { status: number; reason: string }> {
  const { npm, certificates } = configuration;
  const target = new URL(path, npm.url);
  if (!target.href.startsWith(npm.url)) return { status: 403, reason: 'Outside of the registry' };
  return await store.get(
    isTarball(path) ? target.href : `${target.href} ${accept}`,
    isTarball(path) ? Infinity : 600_000,
    (headers) =>
      requestUpstream(target, npm.proxy, certificates, {
        ...headers,
        accept: isTarball(path) ? '*/*' : accept,
      }),
  );
}

/** As fetchNpm(), for a path that must exist. @throws HintedError when it doesn't. */
export async function needNpm(configuration: GatewayConfiguration, path: string): Promise<string> {
  const answer = await fetchNpm(configuration, path);
  if ('body' in answer) return answer.body;
  throw new HintedError(
    `Cannot get "${path}" from this machine's npm registry: ${String(answer.status)} ${answer.reason}`,
  );
}

/** Points the archives' addresses in a package's document at the gateway. */
export const rewriteTarballs = (document: string, registry: string): string =>
  document.replaceAll(`"tarball":"${registry}`, `"tarball":"${gateway.npmRegistry}`);

/** Answers as the registry would. */
export async function answerNpm(
  configuration: GatewayConfiguration,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    answerText(response, 405, 'The sandbox only reads from the registry');
    return;
  }
  const answer = await fetchNpm(configuration, path, documentType(request.headers.accept));
  if (!('body' in answer)) {
    answerText(response, answer.status, answer.reason);
  } else if (isTarball(path)) {
    await answerFile(request, response, answer.body, answer.headers);
  } else {
    const text = rewriteTarballs(await readFile(answer.body, 'utf8'), configuration.npm.url);
    const type = answer.headers['content-type'] ?? 'application/json';
    response.writeHead(200, { 'content-type': type }).end(text);
  }
}
