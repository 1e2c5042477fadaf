import { connect, createServer, type Socket } from 'node:net';
import { DelayedPipe } from './delayed-pipe.mjs';
import { relayOrderSchema, type RelayAnswer, type Upstream } from './relay-messages.mjs';

/**
 * A network with latency: `startRelay` starts it with IPC and sends one message with its task. It
 * ends with its parent.
 */
process.on('disconnect', () => {
  process.exit(0);
});
// Ctrl-C goes to all processes of a terminal; the parent decides when the relay ends.
process.on('SIGINT', () => undefined);
process.once('message', (message) => {
  void relay(message);
});

async function relay(message: unknown): Promise<void> {
  const { upstreams, delay } = relayOrderSchema.parse(message);
  const ports = await Promise.all(upstreams.map((upstream) => listen(upstream, delay)));
  process.send?.({ ports } satisfies RelayAnswer);
}

function listen(upstream: Upstream, delay: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
      accept(client, upstream, delay);
    });
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('No TCP address'));
      else resolve(address.port);
    });
  });
}

function accept(client: Socket, upstream: Upstream, delay: number): void {
  const up = new DelayedPipe(client, delay);
  // A client of this machine is connected at once, where TCP's own handshake would have taken a
  // round trip, and the server would have accepted half a round trip after it.
  setTimeout(() => {
    const server = connect({ ...upstream, allowHalfOpen: true, noDelay: true });
    const down = new DelayedPipe(server, delay);
    for (const socket of [client, server]) {
      socket.on('error', () => {
        client.destroy();
        server.destroy();
      });
    }
    up.to(server);
    down.to(client);
  }, 3 * delay);
  client.on('error', () => undefined);
}
