import { once } from 'node:events';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { join, normalize } from 'node:path';
import type { TemporaryRepository } from '@fairness-deploy/release/testing';

/** A git server that only this machine reaches. */
export interface GitServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Serves a repository as plain files (git-update-server-info(1)), on the loopback address. */
export async function serveRepository({ folder, git }: TemporaryRepository): Promise<GitServer> {
  git('update-server-info');
  const server = createServer(({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://localhost');
    const file = join(folder, '.git', normalize(pathname.replace(/^\/shop\.git\//, '/')));
    if (existsSync(file) && statSync(file).isFile()) createReadStream(file).pipe(response);
    else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new TypeError('It listens on TCP');
  return {
    url: `http://127.0.0.1:${String(bound.port)}/shop.git`,
    stop: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}
