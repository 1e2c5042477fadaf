import { sh } from '@fairness-deploy/shell';
import { describe, expect, it } from 'vitest';
import { jobSteps, orderSteps } from './order-steps.js';
import { PHASES, type Phase } from './phases.js';
import { PLACES, type ReleaseStep } from './release-step.js';

const step = (phase: Phase, name: string, more: Partial<ReleaseStep> = {}): ReleaseStep => ({
  ...{ phase, name, run: sh`:` },
  ...more,
});

describe('orderSteps()', () => {
  it('puts steps by phase, then by place, whatever their order was', () => {
    const names = PHASES.flatMap((phase) => PLACES.map((place) => `${phase} ${place}`));
    const steps = PHASES.flatMap((phase) =>
      PLACES.map((place) => step(phase, `${phase} ${place}`, { place })),
    );
    expect(orderSteps(steps.toReversed()).map(({ name }) => name)).toEqual(names);
  });

  it('keeps the given order within a place; a step without one is a usual one', () => {
    const steps = [
      step('check', 'last', { place: 'last' }),
      step('check', 'release'),
      step('check', 'first', { place: 'first' }),
      step('start', 'place'),
      step('check', 'nginx'),
      step('start', 'supervisor'),
    ];
    expect(orderSteps(steps).map(({ name }) => name)).toEqual([
      ...['place', 'supervisor', 'first', 'release', 'nginx', 'last'],
    ]);
  });
});

describe('jobSteps()', () => {
  it.each([
    [{ phase: 'activat' }, '"activat" is no phase, these are fetch, '],
    [{ place: 'frist' }, '"frist" is no place, these are before-all, first, '],
  ])('refuses %j of a plugin in plain JavaScript', (wrong, message) => {
    const own = { ...step('activate', 'flush'), ...wrong } as ReleaseStep;
    expect(() => orderSteps([own])).toThrow(`Cannot order the step "flush": ${message}`);
  });

  it('has each step wait for those before it, and one that decides for no cleaning up', () => {
    const steps = [
      step('start', 'start'),
      step('activate', 'switch'),
      step('drain', 'drain'),
      step('drain', 'check again', { required: true }),
      step('clean', 'prune'),
    ];
    expect(jobSteps(steps)).toMatchObject([
      { name: 'start', after: [], cleanup: false },
      { name: 'switch', after: [0], cleanup: false },
      { name: 'drain', after: [1], cleanup: true },
      { name: 'check again', after: [1], cleanup: false },
      { name: 'prune', after: [3, 2], cleanup: true },
    ]);
  });
});
