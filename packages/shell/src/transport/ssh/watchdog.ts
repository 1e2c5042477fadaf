import type { Duplex } from 'node:stream';

/** How often the server is asked for a sign of life, in milliseconds. */
export const KEEPALIVE_INTERVAL_MILLISECONDS = 10_000;

/** After how long a silence a connection is given up, in milliseconds. */
export const SILENCE_TIMEOUT_MILLISECONDS = 30_000;

/**
 * Gives a connection up when nothing at all has come from it for a while, though it
 * is asked for a sign of life. Any byte counts: counting only the answers, as the
 * library does, would end slow but living connections in the middle of a long upload.
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
