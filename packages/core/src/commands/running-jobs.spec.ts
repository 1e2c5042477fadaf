import { expect, it, vi } from 'vitest';
import { RunningJobs, type RunningJob } from './running-jobs.js';

/** For how many milliseconds is waited; the clock itself isn't, as a busy machine has its own. */
const waited = vi.hoisted(() => [] as number[]);
vi.mock('node:timers/promises', () => ({
  setTimeout: (milliseconds: number) => {
    waited.push(milliseconds);
    return Promise.resolve();
  },
}));

const JOB: RunningJob = {
  id: 'j',
  host: 'one',
  another: () => Promise.reject(new Error('not asked')),
  leaving: 'goes on',
  cancelling: 'end it',
};

it('leave() answers a signal within a second, whatever is still to be done', async () => {
  const jobs = new RunningJobs();
  const begun: string[] = [];
  jobs.whenLeft(() => {
    begun.push('hangs');
    return new Promise(() => undefined);
  });
  jobs.whenLeft(() => {
    begun.push('fails');
    return Promise.reject(new Error('no'));
  });
  await jobs.during(JOB, () => jobs.leave());
  expect(begun).toEqual(['hangs', 'fails']);
  expect(waited).toHaveLength(1);
  expect(waited[0]).toBeLessThan(1000);
});
