import { rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import type { Config } from './config.js';

/** A connection that was opened but hasn't carried a request yet is given this long at a stop. */
const SILENT_GRACE_MS = 1000;

/**
 * Listens until SIGTERM or SIGINT, then stops gracefully and exits 0: accepts no more, closes idle
 * connections, lets requests in flight end until the deadline.
 *
 * @param onStop ends what the server doesn't end by itself, such as WebSockets
 */
export async function serve(
  name: string,
  server: Server,
  config: Config,
  onStop: () => void = () => undefined,
): Promise<void> {
  const silent = new Set<Socket>();
  let stopping = false;
  // Longer than nginx keeps an idle connection (60 s), so that it never sends into a closing one.
  server.keepAliveTimeout = 75_000;

  server.on('connection', (socket: Socket) => {
    silent.add(socket);
    socket.once('close', () => silent.delete(socket));
  });
  server.on('upgrade', (request) => silent.delete(request.socket));
  // First of the listeners: its header must be set before the application answers.
  server.prependListener('request', (request, response) => {
    silent.delete(request.socket);
    if (stopping) response.setHeader('Connection', 'close');
    // An answer begun before the stop leaves a keep-alive connection behind.
    response.once('close', () => {
      if (stopping)
        setImmediate(() => {
          server.closeIdleConnections();
        });
    });
  });

  const stop = (signal: NodeJS.Signals) => {
    if (stopping) return;
    stopping = true;
    console.log(`${name} stops (${signal})`);
    server.close(() => {
      console.log(`${name} stopped`);
      process.exit(0);
    });
    server.closeIdleConnections();
    onStop();
    setTimeout(() => {
      for (const socket of silent) socket.destroy();
    }, SILENT_GRACE_MS);
    setTimeout(() => {
      console.error(`${name} stopped at its deadline with requests in flight`);
      process.exit(0);
    }, config.stopDeadlineMs);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);

  try {
    await listen(server, config);
  } catch (error) {
    console.error(
      `Cannot start ${name}: ${error instanceof Error ? error.message : String(error)}`,
    );
    process.exit(1);
  }
  console.log(`${name} ${config.version} (${config.commit}) listens on ${addressOf(server)}`);
}

async function listen(server: Server, { address }: Config): Promise<void> {
  if ('socketPath' in address) {
    const path = address.socketPath;
    await removeStale(path);
    // The socket's directory decides who may connect.
    server.listen({ path, readableAll: true, writableAll: true });
  } else {
    server.listen(address);
  }
  await once(server, 'listening');
}

/** Removes the socket that a killed process left: one that exists and refuses connections. */
async function removeStale(path: string): Promise<void> {
  const probe = connect(path);
  try {
    await once(probe, 'connect');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED') await rm(path);
  } finally {
    probe.destroy();
  }
}

function addressOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') return String(address);
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${host}:${String(address.port)}`;
}
