import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { GatewayConfiguration } from './configuration.js';
import { createGateway } from './server.js';

/** Runs the gateway within this process, on a free port of the loopback address, during `action`. */
export async function withTemporaryGateway<T>(
  configuration: GatewayConfiguration,
  action: (url: string) => Promise<T>,
): Promise<T> {
  const server = createGateway(() => configuration);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    // A server that listens on a TCP port has an AddressInfo.
    const { port } = server.address() as AddressInfo;
    return await action(`http://127.0.0.1:${String(port)}`);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}
