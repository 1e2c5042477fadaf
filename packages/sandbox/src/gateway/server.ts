import http from 'node:http';
import { join } from 'node:path';
import { describeFailure } from '@fairness-deploy/shell/text';
import { answerFile, answerText } from './answer.js';
import { answerApt } from './apt-proxy.js';
import type { GatewayConfiguration } from './configuration.js';
import { parseNodePath } from './node-archive-name.js';
import { nodeIndex, parseIndexPath } from './node-index.js';
import { nodeArchives } from './node-mirror.js';
import { type Report, silent } from '../system/report.js';
import { answerNpm } from './npm-mirror.js';

/**
 * The hosts' only way out: a caching proxy to the package sources that this machine uses itself.
 * `configuration` is asked at each request.
 */
export function createGateway(
  configuration: () => GatewayConfiguration,
  report: Report = silent,
): http.Server {
  const server = http.createServer((request, response) => {
    answer(configuration(), request, response).catch((error: unknown) => {
      const text = describeFailure(error);
      // A client that hangs up when it has all is no failure.
      if (!response.destroyed) report(`${request.method ?? ''} ${request.url ?? ''}: ${text}`);
      if (response.headersSent) response.destroy();
      else answerText(response, 502, text);
    });
  });
  // Nothing but the known sources is reached, so there is nothing to tunnel to.
  server.on('connect', (_request, socket) => {
    socket.on('error', () => undefined);
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  return server;
}

async function answer(
  configuration: GatewayConfiguration,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const target = request.url ?? '/';
  if (/^https?:\/\//.test(target)) {
    await answerApt(configuration, new URL(target), request, response);
    return;
  }
  const path = target.split('?')[0] ?? '/';
  const form = parseIndexPath(path);
  if (form !== undefined) {
    const text = await nodeIndex(configuration, form);
    const type = form === 'json' ? 'application/json' : 'text/plain; charset=utf-8';
    response.writeHead(200, { 'content-type': type }).end(text);
    return;
  }
  const node = parseNodePath(path, process.arch);
  if (node === undefined) {
    await answerNpm(configuration, target.replace(/^\/+/, ''), request, response);
    return;
  }
  await answerFile(
    request,
    response,
    join(await nodeArchives(configuration, node.version), node.file),
  );
}
