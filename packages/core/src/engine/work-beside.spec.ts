import { expect, it } from 'vitest';
import { sh } from '@fairness-deploy/shell';
import type { OnClient } from './job.js';
import { WorkBeside } from './work-beside.js';

it('WorkBeside runs beside its step alone, and says nothing after it', async () => {
  const said: string[] = [];
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  let aborted: boolean | undefined;
  const beside: OnClient = async (say, signal) => {
    say('works');
    await ended;
    aborted = signal.aborted;
    say('too late');
    throw new Error('nobody waits for it');
  };
  const step = (name: string, more = {}) => ({ name, after: [], run: sh`:`, ...more });
  const work = new WorkBeside([step('one'), step('two', { beside })], (name, line) => {
    said.push(`${name}: ${line}`);
  });
  work.stepStarted(0);
  expect(said).toEqual([]);
  work.stepStarted(1);
  work.stop();
  end();
  await expect.poll(() => aborted).toBe(true);
  expect(said).toEqual(['two: works']);
});
