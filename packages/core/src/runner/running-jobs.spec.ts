import { expect, it, onTestFinished, vi } from 'vitest';
import { RunningJobs, type RunningJob } from './running-jobs.js';

const JOB: RunningJob = {
  id: 'j',
  host: 'one',
  another: () => Promise.reject(new Error('not asked')),
  onDetach: 'continues',
  onCancel: 'end it',
};

it('detach() answers a signal within a second, whatever is still to be done', async () => {
  const jobs = new RunningJobs();
  const begun: string[] = [];
  jobs.whenDetached(() => {
    begun.push('hangs');
    return new Promise(() => undefined);
  });
  jobs.whenDetached(() => {
    begun.push('fails');
    return Promise.reject(new Error('no'));
  });
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  let left = false;
  void jobs
    .during(JOB, () => jobs.detach())
    .then(() => {
      left = true;
    });
  await vi.advanceTimersByTimeAsync(100);
  expect(begun).toEqual(['hangs', 'fails']);
  expect(left).toBe(false);
  await vi.advanceTimersByTimeAsync(899);
  expect(left).toBe(true);
});

it('detach() waits for work that must not be left half way', async () => {
  const jobs = new RunningJobs();
  let finish = (): void => undefined;
  const work = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const ends: string[] = [];
  const done = jobs.untilDone('vagrant up', work).then(() => ends.push('work'));
  expect(jobs.undone).toEqual(['vagrant up']);
  const left = jobs.detach().then(() => ends.push('left'));
  expect(jobs.signal.aborted).toBe(true);
  await new Promise(setImmediate);
  expect(ends).toEqual([]);
  finish();
  await Promise.all([done, left]);
  expect(ends).toEqual(['work', 'left']);
  expect(jobs.undone).toEqual([]);
});
