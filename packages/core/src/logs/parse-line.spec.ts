import { describe, expect, it } from 'vitest';
import { parseLine } from './parse-line.js';

/** The time in ISO 8601 and the level of a line, on a host two hours east of UTC. */
function read(line: string) {
  const { time, level } = parseLine(line, 120);
  return [time === undefined ? undefined : new Date(time).toISOString(), level];
}

describe('parseLine()', () => {
  it.each([
    ['2026-12-01T10:00:01.250Z ERROR boom', '2026-12-01T10:00:01.250Z', 'error'],
    ['[2026-12-01 10:00:01] warn: low', '2026-12-01T08:00:01.000Z', 'warn'],
    ['2026-12-01T10:00:01+05:30 hello', '2026-12-01T04:30:01.000Z', undefined],
    ['2026-12-01 10:00:01,123 INFO spawned: api', '2026-12-01T08:00:01.123Z', 'info'],
    ['2026-12-01 10:00:01,123 CRIT Server', '2026-12-01T08:00:01.123Z', 'fatal'],
    ['2026-12-01 10:00:01,123:DEBUG:certbot._internal:x', '2026-12-01T08:00:01.123Z', 'debug'],
    ['2026-12-01 10:00:01.5 UTC [12] shop@shop ERROR:  no', '2026-12-01T10:00:01.500Z', 'error'],
    ['2026-12-01 10:00:01.500 CEST [12] LOG:  checkpoint', '2026-12-01T08:00:01.500Z', 'info'],
    ['2026/12/01 10:00:01 [crit] 7#7: *1 x', '2026-12-01T08:00:01.000Z', 'fatal'],
    [
      '192.0.2.1 - ana [01/Dec/2026:10:00:01 +0100] "GET / HTTP/1.1" 404 3 "-" "a \\"b\\""',
      '2026-12-01T09:00:01.000Z',
      'warn',
    ],
    [
      '10.0.0.1 - - [01/Dec/2026:10:00:01 +0000] "\\x16" 502 0',
      '2026-12-01T10:00:01.000Z',
      'error',
    ],
    ['ERROR: relation does not exist', undefined, 'error'],
    ['error handling is hard', undefined, undefined],
    ['INFORMATION', undefined, undefined],
    ['    at stack (trace.js:1)', undefined, undefined],
    ['2026-13-01T10:00:01Z no month', undefined, undefined],
    ['2026-12-01T10:00:01Z information theory', '2026-12-01T10:00:01.000Z', 'info'],
    ['', undefined, undefined],
  ])('reads %j', (line, time, level) => {
    expect(read(line)).toEqual([time, level]);
  });

  it.each([
    [
      '{"level":30,"time":1796119201250,"pid":7,"hostname":"web","msg":"up","port":3000}',
      { time: 1796119201250, level: 'info', message: 'up', data: { port: '3000' } },
    ],
    [
      '{"level":"warn","message":"slow","timestamp":"2026-12-01T10:00:01.250Z","user":{"id":1}}',
      { time: 1796119201250, level: 'warn', message: 'slow', data: { user: '{"id":1}' } },
    ],
    [
      '{"name":"shop","hostname":"web","pid":1,"level":50,"msg":"","time":"2026-12-01T10:00:01.250Z","v":0}',
      { time: 1796119201250, level: 'error', message: '', data: { name: 'shop' } },
    ],
    [
      '{"time":"2026-12-01T10:00:01+00:00","method":"GET","uri":"/a","status":503,"user":"","seconds":0.1}',
      { time: 1796119201000, level: 'error', message: 'GET /a 503', data: { seconds: '0.1' } },
    ],
    [
      '{"ts":1796119201.25,"severity":"NOTICE"}',
      { time: 1796119201250, level: 'info', message: '', data: {} },
    ],
    ['{"time":"soon","level":"loud"}', { message: '', data: { time: 'soon', level: 'loud' } }],
    ['{"__proto__":{"level":50}}', { message: '', data: { ['__proto__']: '{"level":50}' } }],
  ])('reads the JSON %j', (line, parsed) => {
    expect(parseLine(line, 0)).toEqual(parsed);
  });

  it.each(['{', '[1]', '{"a":1} and more', '{}x'])('takes %j for a text', (line) => {
    expect(parseLine(line, 0)).toEqual({});
  });

  it('takes no long time for long lines', () => {
    const since = performance.now();
    for (const part of ['a', ' ', '[', '"', '\\', '{', '2026-12-01 ']) {
      parseLine(part.repeat(60_000), 0);
      parseLine(`192.0.2.1 - - [01/Dec/2026:10:00:01 +0000] "${part.repeat(60_000)}`, 0);
    }
    expect(performance.now() - since).toBeLessThan(500);
  });
});
