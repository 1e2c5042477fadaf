/** An HTTP server that keeps what hosts send to it. */
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** The most of a request that is kept, in bytes. */
const MOST_BYTES = 1_000_000;

export type Receiver = Awaited<ReturnType<typeof startReceiver>>;

/** A request that the receiver got. */
interface Received {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export async function startReceiver() {
  const received: Received[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => {
      text = `${text}${chunk.toString()}`.slice(0, MOST_BYTES);
    });
    request.on('end', () => {
      // Sound: the hosts of the tests send objects.
      const body = JSON.parse(text) as Received['body'];
      if (status === 200) received.push({ path: request.url ?? '', body });
      response.writeHead(status).end();
    });
  });
  server.listen(0, '0.0.0.0');
  await once(server, 'listening');
  return {
    // Sound: it listens on a port.
    port: (server.address() as AddressInfo).port,
    /** What it answers from now on. It keeps only what it answers with 200. */
    answer(next: number): void {
      status = next;
    },
    /** What came to a path since the last call, and is forgotten then. */
    take(path: string): readonly Received['body'][] {
      const taken = received.filter((one) => one.path === path);
      for (const one of taken) received.splice(received.indexOf(one), 1);
      return taken.map(({ body }) => body);
    },
    stop(): void {
      server.closeAllConnections();
      server.close();
    },
  };
}
