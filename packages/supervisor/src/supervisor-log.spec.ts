import { describe, expect, it } from 'vitest';
import { endsOf } from './supervisor-log.js';

const line = (time: string, text: string) => `2026-12-01 ${time},123 INFO ${text}`;
const spawned = (time: string, pid: number, name = 'api') =>
  line(time, `spawned: '${name}' with pid ${String(pid)}`);
const exited = (time: string, how = 'exit status 1; not expected', name = 'api') =>
  line(time, `exited: ${name} (${how})`);
const running = (time: string) =>
  line(time, 'success: api entered RUNNING state, process has stayed up for > than 1 seconds');

const UTC = { now: Date.parse('2026-12-01T10:31:00Z'), zone: '+0000' };

describe('endsOf()', () => {
  it('counts none of a process that a deployment has started', () => {
    const log = [spawned('10:00:00', 7), running('10:00:01')];
    expect(endsOf(log, 'api', UTC, '7')).toEqual({ count: 0, lately: 0, longestSeconds: 0 });
  });

  it('counts the ends that lead to the process which runs now', () => {
    const log = [
      ...[spawned('10:00:00', 7), running('10:00:01')],
      ...[exited('10:20:00'), spawned('10:20:01', 8), running('10:20:02')],
      ...[exited('10:21:00', 'terminated by SIGKILL; not expected'), spawned('10:21:01', 9)],
    ];
    expect(
      endsOf(log, 'api', { now: Date.parse('2026-12-01T09:22:00Z'), zone: '+0100' }, '9'),
    ).toEqual({
      ...{
        count: 2,
        lately: 2,
        longestSeconds: 1200,
        last: '2026-12-01T09:21:00Z',
        how: 'terminated by SIGKILL',
      },
    });
  });

  it('counts all up to the last line of a process that does not run', () => {
    const log = [
      ...[spawned('10:00:00', 7), exited('10:01:00')],
      ...[
        spawned('10:30:00', 8),
        exited('10:30:00'),
        line('10:30:00', 'gave up: api entered FATAL state'),
      ],
    ];
    expect(endsOf(log, 'api', UTC, undefined)).toMatchObject({ count: 2, lately: 1 });
  });

  it('leaves out what another colour, another program or an earlier deployment did', () => {
    const log = [
      ...[exited('08:00:00'), line('09:00:00', 'stopped: api (terminated by SIGTERM)')],
      ...[spawned('10:00:00', 7), running('10:00:01'), exited('10:10:00', 'x', 'worker')],
      // A deployment that failed.
      ...[spawned('11:00:00', 90), exited('11:00:02')],
    ];
    expect(endsOf(log, 'api', UTC, '7')).toEqual({ count: 0, lately: 0, longestSeconds: 0 });
    expect(endsOf([], 'api', UTC, '7')).toEqual({ count: 0, lately: 0, longestSeconds: 0 });
    expect(
      endsOf(['rubbish', '2026-99-99 99:99:99,1 INFO exited: api (x)'], 'api', UTC, undefined),
    ).toEqual({ count: 0, lately: 0, longestSeconds: 0 });
  });
});
