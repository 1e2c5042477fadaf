import type { Server } from 'node:http';
import { WebSocketServer } from 'ws';
import type { Config } from '../config.js';

const GOING_AWAY = 1001; // RFC 6455, section 7.4.1

/** Pushes a tick every second to each WebSocket at /api/live; returns what ends them all. */
export function live(server: Server, config: Config): () => void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 1024 });
  let tick = 0;
  const message = () =>
    JSON.stringify({ tick, at: new Date().toISOString(), pid: process.pid, commit: config.commit });

  const timer = setInterval(() => {
    tick += 1;
    for (const socket of sockets.clients) {
      // Someone who went away without a word: what isn't read must not pile up.
      if (socket.bufferedAmount > 64 * 1024) socket.terminate();
      else socket.send(message());
    }
  }, 1000);

  server.on('upgrade', (request, connection, head) => {
    connection.on('error', () => {
      connection.destroy();
    });
    if (request.url?.split('?')[0] !== '/api/live') {
      connection.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, connection, head, (socket) => {
      socket.on('error', () => {
        socket.terminate();
      });
      socket.send(message());
    });
  });

  return () => {
    clearInterval(timer);
    sockets.close();
    for (const socket of sockets.clients) socket.close(GOING_AWAY, 'The server is stopping');
  };
}
