import type { ScheduledJob } from '@fairness-deploy/core';
import { expect, it } from 'vitest';
import { describeSchedules } from './describe-schedules.js';

const job = (name: string, changes: Partial<ScheduledJob> = {}): ScheduledJob => ({
  ...{ name, command: ['x'], at: ['daily'], timeout: 600, catchUp: false, nice: 0 },
  ...changes,
});

it.each<[readonly ScheduledJob[] | undefined, readonly ScheduledJob[], string | undefined]>([
  [undefined, [job('a')], undefined],
  [[], [], undefined],
  [[job('a', { directory: 'b' })], [{ directory: 'b', ...job('a') }], undefined],
  [[], [job('a')], 'scheduled jobs: a is new'],
  [[job('a')], [job('a', { at: ['hourly'] })], 'scheduled jobs: a has changed'],
  [[job('a'), job('b')], [], 'scheduled jobs: a, b end with the live release'],
  [
    [job('a'), job('b'), job('c')],
    [job('a', { nice: 5 }), job('b', { timeout: 5 }), job('d'), job('e')],
    'scheduled jobs: d, e are new, a, b have changed, c ends with the live release',
  ],
])('describeSchedules(%j, %j)', (previous, next, expected) => {
  expect(describeSchedules(previous, next)).toBe(expected);
});
