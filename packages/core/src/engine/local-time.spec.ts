import { expect, it } from 'vitest';
import { localTime } from './local-time.js';

it("localTime() is the reader's own time, to the minute", () => {
  const time = new Date(2026, 0, 5, 7, 4, 59, 999);
  expect(localTime(time.toISOString())).toBe('2026-01-05 07:04');
});

it.each(['', 'yesterday', '2026-13-01T00:00:00Z'])('localTime() leaves %j as it is', (text) => {
  expect(localTime(text)).toBe(text);
});
