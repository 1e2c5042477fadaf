import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';

/**
 * Free TCP ports of the loopback address, all different, and others than those named. Another program
 * may take one before their use.
 */
export async function freePorts(
  count: number,
  but: readonly number[] = [],
): Promise<readonly number[]> {
  const servers: Server[] = [];
  const ports: number[] = [];
  try {
    while (ports.length < count) {
      const server = createServer().listen(0, '127.0.0.1');
      servers.push(server);
      await once(server, 'listening');
      // A server that listens on a TCP port has an AddressInfo.
      const { port } = server.address() as AddressInfo;
      if (!but.includes(port)) ports.push(port);
    }
    return ports;
  } finally {
    await Promise.all(servers.map(close));
  }
}

/**
 * Whether no program listens on that TCP port of the loopback address, as far as this user can tell: the
 * engine may listen where this user must not.
 */
export async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    await close(server);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EACCES';
  }
}

async function close(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}
