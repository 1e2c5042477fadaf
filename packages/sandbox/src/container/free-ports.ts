import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';

/** Free TCP ports of the loopback address, all different. Another program may take one before their use. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers: Server[] = [];
  try {
    for (let i = 0; i < count; i += 1) {
      const server = createServer().listen(0, '127.0.0.1');
      servers.push(server);
      await once(server, 'listening');
    }
    // A server that listens on a TCP port has an AddressInfo.
    return servers.map((server) => (server.address() as AddressInfo).port);
  } finally {
    for (const server of servers) server.close();
  }
}
