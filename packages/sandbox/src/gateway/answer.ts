import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';

/** Answers with a file, or with 304 when the client has that very version. */
export async function answerFile(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { etag, 'last-modified': modified } = headers;
  const same =
    (etag !== undefined && request.headers['if-none-match'] === etag) ||
    (modified !== undefined && request.headers['if-modified-since'] === modified);
  if (same) {
    response.writeHead(304, headers).end();
    return;
  }
  const { size } = await stat(path);
  response.writeHead(200, { ...headers, 'content-length': size });
  if (request.method === 'HEAD') response.end();
  else await pipeline(createReadStream(path), response);
}

export function answerText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}
