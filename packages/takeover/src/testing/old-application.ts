/** An application of the old one's shape: one program whose processes listen, and take uploads. */

/** The folder of uploads in a checkout. */
export const UPLOADS = 'server/uploads';

/**
 * Answers `<generation> <process>`. A POST of /api/uploads/<name> writes an upload; a GET shows one. It
 * waits for open requests when it is to end, as the old one did not.
 *
 * @param needs a port without which its health check fails
 */
export function program(
  generation: string,
  name: string,
  uploads?: string,
  needs?: number,
): string {
  return `const http = require('http');
const fs = require('fs');
const path = require('path');
const uploads = ${uploads === undefined ? 'undefined' : `path.resolve(${JSON.stringify(uploads)})`};
const needs = ${String(needs ?? 0)};
const server = http.createServer((request, response) => {
  const [, name] = /^\\/api\\/uploads\\/([a-z0-9.-]+)$/.exec(request.url) || [];
  if (name && uploads) {
    const file = path.join(uploads, name);
    if (request.method === 'POST') {
      const chunks = [];
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', () => {
        fs.mkdirSync(uploads, { recursive: true });
        fs.writeFileSync(file, Buffer.concat(chunks));
        response.end('written by ${generation}');
      });
      return;
    }
    if (fs.existsSync(file)) return response.end(fs.readFileSync(file));
    response.statusCode = 404;
    return response.end();
  }
  if (request.url === '/health' && needs) {
    const asked = http.get({ host: '127.0.0.1', port: needs, agent: false }, (answer) => {
      answer.resume();
      response.end('well');
    });
    asked.on('error', () => {
      response.statusCode = 500;
      response.end('not well');
    });
    return;
  }
  response.setHeader('x-answered-by', '${generation} ${name}');
  response.end('${generation} ${name} ' + request.url);
});
server.listen(process.env.PORT, process.env.HOST || '127.0.0.1');
process.on('SIGTERM', () => server.close(() => process.exit(0)));
`;
}
