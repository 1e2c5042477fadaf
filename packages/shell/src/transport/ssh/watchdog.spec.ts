import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SILENCE_TIMEOUT_MILLISECONDS, watch } from './watchdog.js';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

it('watch() gives a connection up after a silence, and only then', () => {
  const socket = new PassThrough();
  const dead = vi.fn();
  watch(socket, dead);
  for (let times = 0; times < 5; times += 1) {
    vi.advanceTimersByTime(SILENCE_TIMEOUT_MILLISECONDS - 1000);
    socket.emit('data', Buffer.of(0));
  }
  vi.advanceTimersByTime(SILENCE_TIMEOUT_MILLISECONDS - 1);
  expect(dead).not.toHaveBeenCalled();
  vi.advanceTimersByTime(10_000);
  expect(dead).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(10 * SILENCE_TIMEOUT_MILLISECONDS);
  expect(dead).toHaveBeenCalledOnce();
});

it('watch() is over when the connection is', () => {
  const socket = new PassThrough();
  const dead = vi.fn();
  watch(socket, dead);
  socket.emit('close');
  vi.advanceTimersByTime(10 * SILENCE_TIMEOUT_MILLISECONDS);
  expect(dead).not.toHaveBeenCalled();
});
