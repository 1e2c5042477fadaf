import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { ReachableHost } from './command-workspace.js';

/** A network in front of a host that a test can cut. */
export interface CuttingRelay {
  /** The host behind it. */
  readonly reachable: ReachableHost;
  /** How many bytes the host has sent. */
  readonly received: number;
  /** How many connections there were. */
  readonly connections: number;
  /** Cuts all connections, as a network that is gone; new ones are made again. */
  cut(): void;
  /** Ends it. */
  stop(): Promise<void>;
}

/**
 * Puts a network in front of a host.
 *
 * @param knownHostsFile is written: the host's key, by the relay's address
 * @param onReceived is called with the number of bytes that the host has sent so far
 */
export async function startCuttingRelay(
  { host }: ReachableHost,
  knownHostsFile: string,
  onReceived: (bytes: number) => void = () => undefined,
): Promise<CuttingRelay> {
  const sockets = new Set<Socket>();
  let received = 0;
  let connections = 0;
  const server = createServer((client) => {
    connections += 1;
    const upstream = connect(host.port, host.address);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream);
    upstream.on('data', (bytes: Buffer) => {
      received += bytes.length;
      onReceived(received);
    });
    upstream.pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const keys = readFileSync(host.knownHostsFile, 'utf8').replaceAll(
    /^\S+/gm,
    `[127.0.0.1]:${String(port)}`,
  );
  writeFileSync(knownHostsFile, keys);
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    reachable: { host: { ...host, address: '127.0.0.1', port, knownHostsFile } },
    get received() {
      return received;
    },
    get connections() {
      return connections;
    },
    cut,
    async stop() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
