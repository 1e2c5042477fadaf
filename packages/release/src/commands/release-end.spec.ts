import type { StepResult } from '@fairness-deploy/core/engine';
import { describe, expect, it } from 'vitest';
import { restartEnd } from './release-end.js';

const step = (name: string, status: StepResult['status']): StepResult => ({
  ...{ name, status, output: '', milliseconds: 1, undo: undefined },
});
const planned = [{ cleanup: false }, { cleanup: true }];
const none = { cancelled: false, unconcluded: undefined };

describe('restartEnd()', () => {
  const end = (steps: readonly StepResult[], more = {}) =>
    restartEnd({ ...none, steps, ...more }, planned, 'restart jobs');

  it('is done when all steps are', () => {
    expect(end([step('start', 'done'), step('stop', 'done')])).toEqual({
      ...{ outcome: 'changed', summary: 'restart jobs is done' },
    });
  });

  it.each([
    [
      [step('start', 'failed'), step('stop', 'not-run')],
      {},
      'restart jobs has failed; its steps were undone',
    ],
    [
      [step('start', 'done'), step('stop', 'done')],
      { cancelled: true },
      'was cancelled; its steps were undone',
    ],
    [
      [step('start', 'done'), step('stop', 'failed')],
      {},
      'is done, but these cleanup steps failed: "stop"',
    ],
    [
      [step('start', 'done'), step('stop', 'done')],
      { unconcluded: 'full\n' },
      'the history could not be written: full',
    ],
  ])('has failed: %j %j', (steps, more, summary) => {
    expect(end(steps, more)).toMatchObject({
      outcome: 'failed',
      summary: expect.stringContaining(summary) as string,
    });
  });
});
