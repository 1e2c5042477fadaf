import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { readBehaviour } from './behaviour.mjs';

/** `node serve.mjs page` or `node serve.mjs api`: answers at PORT, the path of a socket or a number. */
createRequire(import.meta.url)('greeting');
const { start, health, answersAfter = 0 } = readBehaviour();
const { API_URL = '', PORT = '', RELEASE: release } = process.env;
const commit = readFileSync('commit', 'utf8');
const isApi = process.argv[2] === 'api';
if (existsSync('/run/tiny-away')) throw new Error('its database is away, as it was told');
if (start === 'dies') throw new Error('it died at once, as it was told to');
if (start === 'dies later') {
  setTimeout(() => {
    throw new Error('it died later, as it was told to');
  }, 3000);
}
const since = Date.now();

/** Its own JSON; for the page at /, together with the API's. */
async function told(path: string): Promise<object> {
  const self = { commit, release, pid: process.pid };
  if (isApi || path === '/health') return self;
  const response = await fetch(`${API_URL}/api`, { headers: { connection: 'close' } });
  const api: unknown = await response.json();
  return { ...self, api: isTold(api) ? api.commit : undefined };
}

function isTold(json: unknown): json is { readonly commit: unknown } {
  return typeof json === 'object' && json !== null && 'commit' in json;
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { url = '' } = request;
  const isHealth = url.endsWith('/health');
  if (start === 'dies of visitors' && !isHealth) process.exit(1);
  if (isHealth && health === 'hangs') return;
  try {
    const well = health !== 'fails' && Date.now() - since >= answersAfter * 1000;
    response.statusCode = isHealth && !well ? 500 : 200;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(await told(url)));
  } catch (error) {
    response.statusCode = 502;
    response.end(String(error));
  }
}

const server = createServer((request, response) => {
  void answer(request, response);
});
if (PORT.startsWith('/')) server.listen(PORT);
else server.listen(Number(PORT), '127.0.0.1');
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
