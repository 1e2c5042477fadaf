import type { Duplex } from 'node:stream';

/** Milliseconds between two keepalive requests to the server. */
export const KEEPALIVE_INTERVAL_MILLISECONDS = 10_000;

/** Milliseconds of silence after which a connection is closed. */
export const SILENCE_TIMEOUT_MILLISECONDS = 30_000;

/**
 * Closes a connection when nothing has come from it for a while, though it gets keepalive requests.
 * Any byte counts: counting only the answers, as the library does, would close slow but living
 * connections in the middle of a long upload.
 */
export function watch(socket: Duplex, dead: () => void): void {
  let heard = performance.now();
  const timer = setInterval(() => {
    if (performance.now() - heard < SILENCE_TIMEOUT_MILLISECONDS) return;
    clearInterval(timer);
    dead();
  }, KEEPALIVE_INTERVAL_MILLISECONDS / 4);
  timer.unref();
  socket.on('data', () => {
    heard = performance.now();
  });
  socket.once('close', () => {
    clearInterval(timer);
  });
}
