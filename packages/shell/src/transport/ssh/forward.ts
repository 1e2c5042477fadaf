import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { ConnectError } from '../errors.js';
import type { ForwardedPort, Forwarding } from '../transport.js';
import { label, type Endpoint } from './endpoint.js';
import type { Session } from './log-in.js';

const LOOPBACK = '127.0.0.1';

/** A target on which users have logged in on all machines of the way. */
interface Reached {
  readonly endpoint: Endpoint;
  readonly sessions: readonly Session[];
}

/**
 * Forwards a port through the last session (RFC 4254, section 7), which it owns, with those before it.
 *
 * @throws ConnectError when the port can't be listened on; the sessions are closed then.
 */
export async function forwardPort(
  { endpoint, sessions }: Reached,
  port: ForwardedPort,
  tell: (line: string) => void,
  signal: AbortSignal | undefined,
): Promise<Forwarding> {
  const last = sessions.at(-1);
  if (!last) throw new RangeError('Cannot forward a port: there is no session');
  let closed = false;
  let server: Server | undefined;
  const end = (): void => {
    server?.close();
    for (const { socket } of [...sessions].reverse()) socket.destroy();
  };
  const ended = Promise.race(sessions.map((session) => session.ended)).then((reason) => {
    end();
    return closed ? undefined : reason;
  });
  const abort = (): void => {
    closed = true;
    end();
  };
  signal?.addEventListener('abort', abort, { once: true });
  const close = async (): Promise<void> => {
    signal?.removeEventListener('abort', abort);
    abort();
    await ended;
  };
  try {
    if (port.on === 'host') {
      await listenThere(last, port, endpoint, tell);
      return { port: port.port, ended, close };
    }
    server = await listenHere(last, port, endpoint, tell);
    const address = server.address();
    // Sound: a server of TCP that listens has one.
    const own = typeof address === 'object' && address !== null ? address.port : port.port;
    return { port: own, ended, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Connections to a port of this machine go on from the host. */
function listenHere(
  { ssh }: Session,
  { port, to }: ForwardedPort,
  endpoint: Endpoint,
  tell: (line: string) => void,
): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.pause();
    ssh.forwardOut(LOOPBACK, 0, to.host, to.port).then(
      (channel) => {
        join(socket, channel);
      },
      (error: unknown) => {
        socket.destroy();
        tell(
          `Cannot reach ${to.host}:${String(to.port)} from ${label(endpoint)}: ${reasonOf(error)}`,
        );
      },
    );
    // One that is gone before there is a channel.
    socket.on('error', () => socket.destroy());
  });
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'another program has it' : cause.message;
      reject(
        new ConnectError(
          'port',
          `Cannot listen on ${LOOPBACK}:${String(port)} of this machine: ${why}`,
          { hint: 'choose another port', cause },
        ),
      );
    });
    server.listen(port, LOOPBACK, () => {
      resolve(server);
    });
  });
}

/** Connections to a port of the host come to this machine. */
function listenThere(
  { client }: Session,
  { port, to }: ForwardedPort,
  endpoint: Endpoint,
  tell: (line: string) => void,
): Promise<void> {
  client.on('tcp connection', (_, accept) => {
    const channel: Duplex = accept();
    channel.pause();
    const socket = connect({ port: to.port, host: to.host, allowHalfOpen: true });
    socket.once('connect', () => {
      join(socket, channel);
    });
    socket.on('error', (error) => {
      if (socket.connecting || !socket.readable) {
        tell(`Cannot reach ${to.host}:${String(to.port)} from this machine: ${error.message}`);
      }
      channel.destroy();
    });
    channel.on('error', () => socket.destroy());
  });
  return new Promise((resolve, reject) => {
    client.forwardIn(LOOPBACK, port, (error) => {
      if (!error) {
        resolve();
        return;
      }
      reject(
        new ConnectError(
          'port',
          `Cannot listen on ${LOOPBACK}:${String(port)} of ${label(endpoint)}: sshd there refuses it`,
          {
            hint: `another program may have the port (there: ss -ltnp), or sshd may forward none (AllowTcpForwarding)`,
            cause: error,
          },
        ),
      );
    });
  });
}

/** Both ends, until one is closed. */
function join(socket: Socket, channel: Duplex): void {
  socket.setNoDelay(true);
  channel.on('error', () => socket.destroy());
  channel.on('close', () => socket.destroy());
  socket.on('close', () => channel.destroy());
  socket.pipe(channel).pipe(socket);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
